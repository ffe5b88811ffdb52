/**
 * An order in the making: which operations have been given their place, which are left, and the way back. What is left
 * of those that answered is a doubly linked list in the order of calls, so that taking one out and putting it back cost
 * nothing but four writes (Lowe 2017 after Knuth's dancing links).
 *
 * A choice is a number: the place of an operation that answered, or, from `count` + 1 on, a list of those whose outcome
 * is unknown, of which the first that is left is meant.
 */
import type { Operation } from './history';
import type { Intervals } from './intervals';

/** One of several that could be tried, the only one, or one that goes before the last choice: it is taken back with it. */
export const choice = 0;
export const forced = 1;
export const before = 2;
type How = typeof choice | typeof forced | typeof before;

export class Linearization {
  /** The number of the state that the order so far leads to. */
  state: number;
  /** How many ends, from the first on, are explained without a gap. */
  frontier = 0;
  /** A bit per slot: which of those open at the frontier are explained already. */
  readonly open: Int32Array;
  /** A bit per operation with an unknown outcome: which have been used. */
  readonly unknown: Int32Array;
  /** How many of each list of the unknown. */
  readonly usedOf: Int32Array;
  /** Whether what answered is explained, by place. */
  readonly done: Uint8Array;
  /** What is left, in the order of calls: a ring whose head stands at place `count`. */
  readonly next: Int32Array;
  private readonly previous: Int32Array;
  private readonly count: number;

  /** How many that answered and leave the state alone are not yet explained. */
  pureLeft = 0;

  private depth = 0;
  private readonly chosen: Int32Array;
  private readonly how: Uint8Array;
  private readonly statesBefore: Int32Array;
  private readonly frontiersBefore: Int32Array;
  private readonly opensBefore: Int32Array;

  constructor(
    private readonly intervals: Intervals,
    state: number,
  ) {
    const { answered, slots, unknown, unknownCount } = intervals;
    const count = answered.length;
    this.count = count;
    this.state = state;
    this.open = new Int32Array((slots + 31) >>> 5);
    this.unknown = new Int32Array((unknownCount + 31) >>> 5);
    this.usedOf = new Int32Array(unknown.length);
    this.done = new Uint8Array(count);
    this.next = Int32Array.from({ length: count + 1 }, (_, place) => (place === count ? 0 : place + 1));
    this.previous = Int32Array.from({ length: count + 1 }, (_, place) => (place === 0 ? count : place - 1));
    for (const isPure of intervals.pure) this.pureLeft += isPure;
    const depthMax = count + unknownCount;
    this.chosen = new Int32Array(depthMax);
    this.how = new Uint8Array(depthMax);
    this.statesBefore = new Int32Array(depthMax);
    this.frontiersBefore = new Int32Array(depthMax);
    this.opensBefore = new Int32Array(depthMax * this.open.length);
  }

  /** The first that is left, or `count`. */
  get first(): number {
    return this.next[this.count] ?? this.count;
  }

  /** The first end of what is not yet explained: what is called later cannot be next. */
  get limit(): number {
    return this.intervals.ends[this.frontier] ?? Number.POSITIVE_INFINITY;
  }

  /** What takes up memory besides the configurations tried. */
  get bytes(): number {
    return this.opensBefore.byteLength + 13 * this.chosen.length;
  }

  /** Gives an operation that answered the next place, or the one before the last choice. */
  take(place: number, state: number, how: How): void {
    this.remember(place, how);
    const { rank, byEnd, slot, pure } = this.intervals;
    this.state = state;
    this.pureLeft -= pure[place] ?? 0;
    this.done[place] = 1;
    this.next[this.previous[place] ?? 0] = this.next[place] ?? 0;
    this.previous[this.next[place] ?? 0] = this.previous[place] ?? 0;
    if (rank[place] !== this.frontier) {
      this.flip(slot[place] ?? 0);
      return;
    }
    // What ends next was explained already, perhaps: the frontier moves past it, and its slot is free for others.
    for (this.frontier++; this.frontier < this.count; this.frontier++) {
      const ending = byEnd[this.frontier] ?? 0;
      if (this.done[ending] === 0) return;
      this.flip(slot[ending] ?? 0);
    }
  }

  /** Gives the first that is left of a list of the unknown the next place. */
  takeUnknown(list: number, state: number): void {
    this.remember(this.count + 1 + list, choice);
    this.state = state;
    this.flipUnknown(list, this.usedOf[list] ?? 0);
    this.usedOf[list] = (this.usedOf[list] ?? 0) + 1;
  }

  /** Goes back to before the last choice that was one; tells which it was, or `undefined` if there was none. */
  retreat(): number | undefined {
    while (this.depth > 0) {
      const undone = this.undo();
      if (this.how[this.depth] === choice) return undone;
    }
    return undefined;
  }

  /** The operations that have their place, in that order. */
  order(): Operation[] {
    const { answered, unknown } = this.intervals;
    const used = new Map<number, number>();
    const order: Operation[] = [];
    let last = 0;
    for (const [depth, chosen] of this.chosen.subarray(0, this.depth).entries()) {
      const list = chosen - this.count - 1;
      const nth = used.get(list) ?? 0;
      if (list >= 0) used.set(list, nth + 1);
      const operation = list >= 0 ? unknown[list]?.[nth] : answered[chosen];
      if (operation === undefined) continue;
      if (this.how[depth] === before) order.splice(last++, 0, operation);
      else last = order.push(operation) - 1;
    }
    return order;
  }

  private remember(chosen: number, how: How): void {
    const depth = this.depth++;
    this.chosen[depth] = chosen;
    this.how[depth] = how;
    this.statesBefore[depth] = this.state;
    this.frontiersBefore[depth] = this.frontier;
    this.opensBefore.set(this.open, depth * this.open.length);
  }

  private undo(): number {
    const depth = --this.depth;
    const chosen = this.chosen[depth] ?? 0;
    const words = this.open.length;
    this.state = this.statesBefore[depth] ?? 0;
    this.frontier = this.frontiersBefore[depth] ?? 0;
    for (let i = 0; i < words; i++) this.open[i] = this.opensBefore[depth * words + i] ?? 0;
    if (chosen < this.count) {
      this.pureLeft += this.intervals.pure[chosen] ?? 0;
      this.done[chosen] = 0;
      this.next[this.previous[chosen] ?? 0] = chosen;
      this.previous[this.next[chosen] ?? 0] = chosen;
    } else {
      const list = chosen - this.count - 1;
      const used = (this.usedOf[list] ?? 0) - 1;
      this.usedOf[list] = used;
      this.flipUnknown(list, used);
    }
    return chosen;
  }

  private flip(slot: number): void {
    this.open[slot >>> 5] = (this.open[slot >>> 5] ?? 0) ^ (1 << (slot & 31));
  }

  private flipUnknown(list: number, used: number): void {
    const bit = (this.intervals.unknownOffset[list] ?? 0) + used;
    this.unknown[bit >>> 5] = (this.unknown[bit >>> 5] ?? 0) ^ (1 << (bit & 31));
  }
}
