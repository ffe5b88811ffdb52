/**
 * What stands between a request and the items of a shard: who goes by another map is refused, and so is what lies elsewhere
 * or is on its way there. A store that is not sharded has no ownership, and lets everything pass.
 */
import type { ItemFailure } from '../protocols/item-store';
import type { ShardKey } from '../protocols/shard-map';
import type { Ownership } from './ownership';

/**
 * Why whoever goes by this version of the map is not answered: it is older than what is here, or newer than this copy has
 * heard of yet. Nothing stands in the way of who goes by none.
 */
export function refusedByMap(of: Ownership | undefined, map: number | null | undefined): ItemFailure | undefined {
  if (of === undefined || map === undefined || map === null) return undefined;
  const { self, changedAt, current } = of.state;
  if (of.isOld(map)) {
    const reason = `${self} has other keys since map version ${changedAt}; this is ${map}`;
    return { because: 'old-map', reason, map: changedAt };
  }
  const isBehind = current !== undefined && current.phase !== 'released' && current.phase !== 'owned';
  if (!isBehind || map < current.version) return undefined;
  return { because: 'stale', reason: `this copy of ${self} has not heard yet that map version ${map} is in force` };
}

/** Why this key is not read here. */
export function refusedAsElsewhere(of: Ownership | undefined, key: ShardKey): ItemFailure | undefined {
  return of === undefined || of.owns(key) ? undefined : elsewhere(of, key);
}

/** Why nothing is written under this key, or whether it has to be noted that something is. */
export function judged(of: Ownership | undefined, key: ShardKey): ItemFailure | 'owned' | 'noted' {
  const judgement = of?.judge(key);
  if (of === undefined || judgement === undefined) return 'owned';
  if (judgement === 'owned' || judgement === 'noted') return judgement;
  if (judgement === 'elsewhere') return elsewhere(of, key);
  const { self, changedAt } = of.state;
  const reason = `${self} is giving the key ${key} away just now: try again`;
  return { because: 'moving', reason, map: changedAt };
}

function elsewhere({ state: { self, changedAt } }: Ownership, key: ShardKey): ItemFailure {
  return { because: 'wrong-shard', reason: `the key ${key} is not on ${self}`, map: changedAt };
}
