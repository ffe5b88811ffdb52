/**
 * Consistent hashing with bounded loads (Mirrokni, Thorup & Zadimoghaddam 2016): whoever comes to a place that is full goes
 * on along the ring. No place ever has more than ⌈(1 + ε) · m/n⌉ of m; how many move when a place comes or goes depends on
 * ε only. Where somebody is depends on who came before, so it has to be remembered, or be a slot as in `boundedLocator`.
 */
import type { Key, Locator } from './locator';
import type { Ring } from './ring';

export interface BoundedOptions {
  /** 1 + ε, above 1: how far above the average (of its weight) a place may go. */
  readonly bound: number;
  /** How many will come, where that is known: capacities are as for so many from the first on. */
  readonly expected?: number;
}

/** Counts who is where, and finds a place for the next. */
export class BoundedLoads {
  private readonly counts: number[];
  private readonly shares: readonly number[];
  private total = 0;

  constructor(
    private readonly ring: Ring,
    private readonly options: BoundedOptions,
  ) {
    const { bound } = options;
    if (!(bound > 1 && Number.isFinite(bound))) throw new RangeError(`loads are bounded by more than 1, not ${bound}`);
    const whole = ring.weights.reduce((sum, weight) => sum + weight, 0);
    this.shares = ring.weights.map((weight) => weight / whole);
    this.counts = ring.weights.map(() => 0);
  }

  /** How many each place has. */
  get loads(): readonly number[] {
    return this.counts;
  }

  /** How many a place may have, with as many as there are (or are expected). */
  capacity(place: number): number {
    const fair = Math.max(this.options.expected ?? 0, this.total) * (this.shares[place] ?? 0);
    // The product may be a hair above a whole number that it should be.
    return Math.ceil(this.options.bound * fair - 1e-9);
  }

  /** A place for a key, which is counted there. */
  add(key: Key): number {
    return this.addAt(this.ring.positionOf(key));
  }

  /** A place for whoever lies at a position of the ring. */
  addAt(position: number): number {
    const { continuum } = this.ring;
    this.total++;
    let point = continuum.after(position);
    // There is room: all capacities together are more than there are.
    while ((this.counts[continuum.placeAt(point)] ?? 0) >= this.capacity(continuum.placeAt(point))) point++;
    const place = continuum.placeAt(point);
    this.counts[place] = (this.counts[place] ?? 0) + 1;
    return place;
  }

  /** One left a place. Those who stay are not moved, so that a place may for a while have more than the bound of fewer. */
  remove(place: number): void {
    const count = this.counts[place] ?? 0;
    if (count === 0) throw new RangeError(`nobody is at place ${place}, so nobody can leave it`);
    this.counts[place] = count - 1;
    this.total--;
  }
}

/** Enough that a slot more or less is no matter among some dozens of places; a power of two, so that divisions are exact. */
const slots = 4_096;

/**
 * Places for any number of keys that depend on nothing but the key: the circle is cut into 4,096 equal slots, and the slots
 * are what is placed with bounded loads. No place has more than ⌈bound · 4,096 · its weight's share⌉ of them.
 */
export function boundedLocator(ring: Ring, bound: number): Locator {
  const loads = new BoundedLoads(ring, { bound, expected: slots });
  const width = ring.continuum.circumference / slots;
  const owners = Uint16Array.from({ length: slots }, (_, slot) => loads.addAt(slot * width));
  return {
    places: ring.places,
    locate: (key: Key) => owners[Math.floor(ring.positionOf(key) / width)] ?? 0,
  };
}
