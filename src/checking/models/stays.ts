/**
 * Stays in a first-in-first-out queue: each an interval in which a value came in and one in which it left. One stay
 * precedes another if it certainly came in first or certainly left first; in a queue nobody overtakes, so two that
 * precede each other cannot be, and any others can. For a longer circle holds a shorter one: of two pairs of intervals
 * that follow each other, the first of one ends before the second of the other begins. So where no two are in each
 * other's way there is one order for all; and if each comes in and leaves as early as that order allows, nobody is late.
 *
 * The patterns are those of Henzinger, Sezgin & Vafeiadis 2013, "Aspect-oriented linearizability proofs"; taking away
 * what can be first until nothing is left is the way of Lee & Mathur 2025, "Efficient decrease-and-conquer
 * linearizability monitoring", after Emmi & Enea 2018 and Gibbons & Korach 1997.
 */
import type { Operation } from '../history';

/** The end of what has not ended, and after that the departure of what never leaves. */
export const open = Number.MAX_SAFE_INTEGER - 1;
export const never = Number.MAX_SAFE_INTEGER;

export class Stay {
  dequeue: Operation | undefined;
  outFrom = never;
  outTo = never;

  /** @param enqueue none for what was there in the beginning, and for a dequeue that found nothing */
  constructor(
    readonly enqueue: Operation | undefined,
    readonly inFrom: number,
    public inTo: number,
  ) {}

  leave(dequeue: Operation): void {
    this.dequeue = dequeue;
    this.outFrom = dequeue.call;
    this.outTo = Math.min(open, dequeue.end);
  }

  /** Nothing leaves before it came in. False if it must have. */
  tighten(): boolean {
    this.inTo = Math.min(this.inTo, this.outTo);
    this.outFrom = Math.max(this.outFrom, this.inFrom);
    return this.inFrom <= this.inTo;
  }
}

/**
 * Dequeues that found nothing, as stays without length at the first moment within each at which nothing is certainly in
 * the queue; none if there is no such moment for one. Any such moment will do, since stays exclude each other two by two.
 */
export function emptyMoments(stays: readonly Stay[], foundNothing: readonly Operation[]): Stay[] | undefined {
  const certain = stays.filter(({ inTo, outFrom }) => inTo < outFrom).sort((a, b) => a.inTo - b.inTo);
  const moments: Stay[] = [];
  let next = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const dequeue of [...foundNothing].sort((a, b) => a.call - b.call)) {
    let at = dequeue.call;
    for (;;) {
      for (let stay = certain[next]; stay !== undefined && stay.inTo < at; stay = certain[++next]) {
        until = Math.max(until, stay.outFrom);
      }
      if (until <= at) break;
      at = until;
    }
    if (at > dequeue.end) return undefined;
    const moment = new Stay(undefined, at, at);
    moment.dequeue = dequeue;
    moment.outFrom = at;
    moment.outTo = at;
    moments.push(moment);
  }
  return moments;
}

/** Stays in an order in which each precedes none before it, or none if there is no such order. In O(n log n). */
export function inOrder(stays: readonly Stay[]): Stay[] | undefined {
  const arrivals = new Doors(
    stays.map(({ inFrom }) => inFrom),
    stays.map(({ inTo }) => inTo),
  );
  const departures = new Doors(
    stays.map(({ outFrom }) => outFrom),
    stays.map(({ outTo }) => outTo),
  );
  /** How many doors are open to each; who has both may be next. */
  const openTo = new Uint8Array(stays.length);
  const ready: number[] = [];
  const taken = new Uint8Array(stays.length);
  const order: Stay[] = [];
  while (order.length < stays.length) {
    for (const doors of [arrivals, departures]) {
      for (let place = doors.next(taken); place !== undefined; place = doors.next(taken)) {
        openTo[place] = (openTo[place] ?? 0) + 1;
        if (openTo[place] === 2) ready.push(place);
      }
    }
    const place = ready.pop();
    const stay = place === undefined ? undefined : stays[place];
    if (place === undefined || stay === undefined) return undefined;
    taken[place] = 1;
    order.push(stay);
  }
  return order;
}

/** Intervals of which the first may be passed: those that no other that is left ends before. */
class Doors {
  private readonly byFrom: Int32Array;
  private readonly byTo: Int32Array;
  private passed = 0;
  private earliest = 0;

  constructor(
    private readonly from: readonly number[],
    private readonly to: readonly number[],
  ) {
    this.byFrom = Int32Array.from(from.keys()).sort((a, b) => (from[a] ?? 0) - (from[b] ?? 0));
    this.byTo = Int32Array.from(from.keys()).sort((a, b) => (to[a] ?? 0) - (to[b] ?? 0));
  }

  /** One to which this door has opened since it was last asked. */
  next(taken: Uint8Array): number | undefined {
    while (taken[this.byTo[this.earliest] ?? -1] === 1) this.earliest++;
    const place = this.byFrom[this.passed];
    if (place === undefined || (this.from[place] ?? 0) > (this.to[this.byTo[this.earliest] ?? -1] ?? never)) {
      return undefined;
    }
    this.passed++;
    return place;
  }
}

/** The operations of stays in order, each as early as those before it and itself allow. */
export function operationsOf(stays: readonly Stay[]): Operation[] {
  const operations: Operation[] = [];
  let leaving = 0;
  let left = Number.NEGATIVE_INFINITY;
  let came = Number.NEGATIVE_INFINITY;
  for (let coming = 0; coming <= stays.length; coming++) {
    came = Math.max(came, stays[coming]?.inFrom ?? never);
    // Whoever came in before and leaves no later than this one comes.
    for (; leaving < coming; leaving++) {
      const { dequeue, outFrom = never } = stays[leaving] ?? {};
      if (Math.max(left, outFrom) > came) break;
      left = Math.max(left, outFrom);
      if (dequeue !== undefined) operations.push(dequeue);
    }
    const enqueue = stays[coming]?.enqueue;
    if (enqueue !== undefined) operations.push(enqueue);
  }
  return operations;
}
