/**
 * The shards as the planner of SQL sees them: one version of the map, and the ids that are in stock.
 */

import type { ShardMap } from '../../protocols/shard-map';
import { shardsOf } from '../../sharding/change';
import type { Owners } from '../../sharding/shard-map';
import type { Context, Place } from '../../sharding/sql/context';
import type { Desk } from './desk';

export class Surroundings implements Context {
  readonly shards: readonly string[];
  readonly hasSplitKeys: boolean;
  /** Tables whose rows are placed by a second column as well, where their key is split. */
  private readonly parted: ReadonlySet<string>;
  /** A list per shard, made once: the planner asks for one with every request. */
  private readonly alone = new Map<string, readonly [string]>();

  constructor(
    readonly owners: Owners,
    private readonly desk: Desk,
  ) {
    const { base, move, tables } = owners.map;
    this.shards = shardsBy(owners.map);
    this.hasSplitKeys = [base, move?.next].some((one) => one?.isolated.some(({ to }) => to.length > 1) === true);
    this.parted = new Set(tables.flatMap(({ table, part }) => (part === undefined ? [] : [table])));
    for (const shard of this.shards) this.alone.set(shard, [shard]);
  }

  get rowsMax(): number {
    return this.desk.live.now.rowsMax;
  }

  shardsOf({ table, key, part }: Place): readonly string[] {
    const { owners } = this;
    if (part === undefined && owners.spreads(key) && this.parted.has(table)) return owners.ownersOf(key);
    // What has no part, though it could have one, lies with what has none.
    const shard = owners.ownerOf(key, part ?? undefined);
    return this.alone.get(shard) ?? [shard];
  }

  newId(table: string): number | undefined {
    return this.desk.ids.next('sql', table);
  }
}

/** All shards that may have something. Where a move goes to has nothing before a slice is there: perhaps it does not even run. */
export function shardsBy({ base, move }: ShardMap): readonly string[] {
  const arrived = move?.slices.slice(0, move.done).map(({ to }) => to) ?? [];
  return [...new Set([...shardsOf(base), ...arrived])];
}
