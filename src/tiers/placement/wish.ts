/**
 * What somebody wants of the shards, worked out: the placement that it leads to and the machines that it needs; or why it
 * cannot be.
 */
import type { NodeId } from '../../kernel/envelope';
import type { Members } from '../../kernel/tier';
import { splitId } from '../../kernel/topology';
import type { PlacementRefused, PlacementReshard } from '../../protocols/placement';
import type { Family } from '../../protocols/shard-map';
import { changed, freshNames, shardsNeeded, shardsOf } from '../../sharding/change';
import { mapOf, moveOf } from '../../sharding/deciding';
import type { Decision, NewShard, PlacementState } from '../../sharding/decisions';
import { changeText } from '../../sharding/move-words';

/** Which kind of node the copies of a shard are. */
export const tierOf: Readonly<Record<Family, string>> = { sql: 'db', kv: 'kv', doc: 'doc' };

export type Wish =
  | { readonly ok: true; readonly decision: Decision }
  | { readonly ok: false; readonly refusal: Pick<PlacementRefused, 'because' | 'reason'> };

export function wish(asked: PlacementReshard, state: PlacementState, members: Members): Wish {
  const { family, change, unitsPerSecond = 0 } = asked;
  const map = mapOf(state, family);
  if (map === undefined) return no('impossible', `no ${family} store is sharded here`);
  const underWay = moveOf(state, family);
  if (underWay !== undefined)
    return no('busy', `the move '${underWay.text}' is under way: wait until it is done, or abort it`);
  const needed = shardsNeeded(map.base, change);
  const names = freshNames(family, [...shardsOf(map.base), ...Object.keys(members)], needed);
  const next = changed(map.base, change, names);
  if (!next.ok) return no('impossible', next.reason);
  const newShards = machinesFor(names, family, map.base.shards, members);
  const text = changeText(change);
  const { version } = map;
  return {
    ok: true,
    decision: { what: 'want', family, version, change, text, next: next.next, newShards, unitsPerSecond },
  };
}

/** As many copies as the largest shard has, under names that nobody of them has. */
function machinesFor(
  names: readonly string[],
  family: Family,
  shards: readonly string[],
  members: Members,
): NewShard[] {
  const kind = tierOf[family];
  const taken = Object.values(members).flat();
  const copies = Math.max(1, ...shards.map((shard) => members[shard]?.length ?? 0));
  let number = Math.max(0, ...taken.map(splitId).map((id) => (id.kind === kind ? id.number : 0)));
  const node = (): NodeId => `${kind}-${++number}`;
  return names.map((shard) => ({ shard, nodes: Array.from({ length: copies }, node) }));
}

function no(because: PlacementRefused['because'], reason: string): Wish {
  return { ok: false, refusal: { because, reason } };
}
