/**
 * Consistent hashing (Karger et al. 1997): each place has many points on a circle, by its name alone, and has what lies
 * before them. A place that comes takes some from everybody, one that goes gives to everybody, and nothing else moves.
 */
import { Continuum, type Point } from './continuum';
import { hash64 } from './hash64';
import { demandNames, demandWeights, type Key, type Locator } from './locator';

export interface RingOptions {
  /** By place; 1 where nothing is said. Points are in proportion, and at least one. */
  readonly weights?: readonly number[] | undefined;
  /** Points of a place of weight 1: shares are some 1/√points apart. 160 by default. */
  readonly points?: number | undefined;
}

const pointsDefault = 160;
/** Of all places together: some ten megabytes. */
const pointsMax = 1_000_000;

/** A ring of places, ready to be asked. */
export class Ring implements Locator {
  readonly places: number;

  constructor(
    readonly names: readonly string[],
    readonly weights: readonly number[],
    readonly continuum: Continuum,
    /** Where on the circle a key lies. */
    readonly positionOf: (key: Key) => number,
  ) {
    this.places = names.length;
  }

  locate(key: Key): number {
    return this.continuum.placeAt(this.continuum.after(this.positionOf(key)));
  }

  /** The share of all keys that each place gets. */
  get shares(): readonly number[] {
    return this.continuum.shares(this.places);
  }
}

/**
 * A ring with virtual nodes. Who stands in which order in `names` changes only their numbers, not who has what.
 *
 * @example
 * const ring = hashRing(['shard-1', 'shard-2'], { weights: [1, 2] });
 * ring.names[ring.locate('user:42')]; // 'shard-2', as two keys of three
 */
export function hashRing(names: readonly string[], { weights, points = pointsDefault }: RingOptions = {}): Ring {
  demandNames(names);
  if (!(Number.isInteger(points) && points >= 1)) throw new RangeError(`a place has 1 or more points, not ${points}`);
  const heavy = demandWeights(names.length, weights);
  const counts = heavy.map((weight) => Math.max(1, Math.round(points * weight)));
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total > pointsMax) throw new RangeError(`a ring has at most ${pointsMax} points, not ${total}`);
  // Where two points meet, the name decides, whatever the order.
  const byName = names.map((name, place) => ({ name, place })).sort((a, b) => (a.name < b.name ? -1 : 1));
  const all = byName.flatMap(({ name, place }) => pointsOf(name, place, counts[place] ?? 1));
  return new Ring(names, heavy, new Continuum(all, 2 ** 53), (key) => hash64(key).top53);
}

/** Points of a name are its hashes under as many salts. */
function pointsOf(name: string, place: number, count: number): Point[] {
  return Array.from({ length: count }, (_, salt) => ({ position: hash64(name, salt).top53, place }));
}
