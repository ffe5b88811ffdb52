/**
 * Which shard a placement gives a key to: compiled once, since a ring has thousands of points, asked for every row.
 */
import { jumpLocator } from '../algorithms/hashing/jump';
import { ketamaRing } from '../algorithms/hashing/ketama';
import type { Locator } from '../algorithms/hashing/locator';
import { moduloLocator } from '../algorithms/hashing/modulo';
import { rangeLocator } from '../algorithms/hashing/ranges';
import { rendezvousLocator } from '../algorithms/hashing/rendezvous';
import { hashRing } from '../algorithms/hashing/ring';
import type { Isolated, Placement, ShardKey } from '../protocols/shard-map';
import { pointsPerShardDefault } from './expected-share';
import { goesOver, placeOfPart } from './shard-key';

/** A placement that can be asked. */
export class Placer {
  private readonly locator: Locator;
  private readonly isolated: ReadonlyMap<ShardKey, Isolated['to']>;

  /** Throws a `RangeError` for a placement that makes no sense: shards of one name, bounds that do not ascend. */
  constructor(readonly placement: Placement) {
    this.locator = locatorOf(placement);
    this.isolated = new Map(placement.isolated.map(({ key, to }) => [key, to]));
  }

  /**
   * The shard of a key, or of a part of it.
   *
   * @example
   * new Placer({ method: 'modulo', shards: ['a', 'b'], splits: [], isolated: [] }).place(7); // 'b'
   */
  place(key: ShardKey, part?: ShardKey): string {
    const own = this.isolated.get(key);
    if (own !== undefined) return at(own, part === undefined || own.length === 1 ? 0 : placeOfPart(part, own.length));
    let shard = at(this.placement.shards, this.locator.locate(key));
    for (const { shard: from, into, salt } of this.placement.splits) {
      if (from === shard && goesOver(key, salt)) shard = into;
    }
    return shard;
  }

  /** All shards that may have something under a key: one, unless its parts are spread. */
  placesOf(key: ShardKey): readonly string[] {
    return this.isolated.get(key) ?? [this.place(key)];
  }

  /** Whether the parts of a key are on several shards. */
  spreads(key: ShardKey): boolean {
    return (this.isolated.get(key)?.length ?? 1) > 1;
  }
}

function locatorOf(placement: Placement): Locator {
  const { method, shards, bounds = [], pointsPerShard: points = pointsPerShardDefault } = placement;
  const weights = shards.map((shard) => placement.weights?.[shard] ?? 1);
  switch (method) {
    case 'modulo':
      return moduloLocator(shards.length);
    case 'jump':
      return jumpLocator(shards.length);
    case 'ring':
      return placement.ketama === true ? ketamaRing(shards, weights) : hashRing(shards, { weights, points });
    case 'rendezvous':
      return rendezvousLocator(shards, weights);
    case 'ranges':
      if (bounds.length === shards.length - 1) return rangeLocator(bounds);
      throw new RangeError(`${shards.length} shards by ranges need ${shards.length - 1} bounds, not ${bounds.length}`);
  }
}

function at(shards: readonly string[], place: number): string {
  const shard = shards[place];
  if (shard === undefined) throw new RangeError(`there is no shard at place ${place} of ${shards.length}`);
  return shard;
}
