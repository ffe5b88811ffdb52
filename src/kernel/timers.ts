/**
 * Pending timers in the order in which they are due: a heap in which each timer can be found, so that a cancelled deadline
 * leaves at once instead of waiting, dead, for its time.
 */

/** Something that happens at a moment. Subclasses carry their own data, so scheduling allocates nothing more. */
export abstract class Timer {
  /** True time in integer microseconds; set by the clock. */
  atUs = 0;
  /** Where the heap keeps it, or -1 when not pending. */
  slot = -1;
  abstract run(): void;
}

/** A timer that calls a function. */
export class Callback extends Timer {
  constructor(private readonly then: () => void) {
    super();
  }
  override run(): void {
    this.then();
  }
}

/** How many children a place in the heap has: the times of four share a line of the processor's cache. */
const arity = 4;
const firstSlots = 64;

/**
 * Orders timers by time, and at one moment in the order in which they were scheduled. What is compared and moved are plain
 * numbers; a timer stays in its slot while its number wanders. Timers are of many classes, and to look into them, or to
 * move them about where the garbage collector has to watch, costs several times as much.
 */
export class TimerHeap {
  /** By place in the heap: when, the how manieth, and whose. */
  private dueUs = new Float64Array(firstSlots);
  private order = new Float64Array(firstSlots);
  private slotAt = new Int32Array(firstSlots);
  /** By slot: the timer, and its place. */
  private readonly timers: (Timer | undefined)[] = [];
  private placeOf = new Int32Array(firstSlots);
  /** Slots that nobody uses now. */
  private readonly free: number[] = [];
  private count = 0;
  private pushed = 0;

  get size(): number {
    return this.count;
  }

  /** When the first timer is due; infinity if there is none. */
  get nextUs(): number {
    return this.count === 0 ? Number.POSITIVE_INFINITY : (this.dueUs[0] as number);
  }

  peek(): Timer | undefined {
    return this.count === 0 ? undefined : this.timers[this.slotAt[0] as number];
  }

  /** Adds a timer, or moves one that is pending already. */
  push(timer: Timer, atUs: number): void {
    if (timer.slot >= 0) this.remove(timer);
    const slot = this.free.pop() ?? this.newSlot();
    this.timers[slot] = timer;
    timer.slot = slot;
    timer.atUs = atUs;
    this.siftUp(atUs, this.pushed++, slot, this.count++);
  }

  pop(): Timer | undefined {
    const first = this.peek();
    if (first !== undefined) this.takeOut(first, this.slotAt[0] as number, 0);
    return first;
  }

  /** Does nothing when the timer is not pending. */
  remove(timer: Timer): void {
    const { slot } = timer;
    if (slot >= 0) this.takeOut(timer, slot, this.placeOf[slot] as number);
  }

  private takeOut(timer: Timer, freed: number, place: number): void {
    this.timers[freed] = undefined;
    this.free.push(freed);
    timer.slot = -1;
    const last = --this.count;
    if (place === last) return;
    const dueUs = this.dueUs[last] as number;
    const order = this.order[last] as number;
    const slot = this.slotAt[last] as number;
    if (place > 0 && this.precedes(dueUs, order, (place - 1) >> 2)) this.siftUp(dueUs, order, slot, place);
    else this.siftDown(dueUs, order, slot, place);
  }

  private siftUp(dueUs: number, order: number, slot: number, from: number): void {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 2;
      if (!this.precedes(dueUs, order, parent)) break;
      this.move(parent, place);
      place = parent;
    }
    this.put(dueUs, order, slot, place);
  }

  private siftDown(dueUs: number, order: number, slot: number, from: number): void {
    const { count } = this;
    let place = from;
    for (let child = arity * place + 1; child < count; child = arity * place + 1) {
      const first = this.first(child, Math.min(child + arity, count));
      if (this.precedes(dueUs, order, first)) break;
      this.move(first, place);
      place = first;
    }
    this.put(dueUs, order, slot, place);
  }

  /** Which of some neighbours is due first. */
  private first(from: number, end: number): number {
    const { dueUs, order } = this;
    let first = from;
    let firstUs = dueUs[from] as number;
    for (let place = from + 1; place < end; place++) {
      const us = dueUs[place] as number;
      if (us > firstUs || (us === firstUs && (order[place] as number) > (order[first] as number))) continue;
      first = place;
      firstUs = us;
    }
    return first;
  }

  private precedes(dueUs: number, order: number, place: number): boolean {
    const otherUs = this.dueUs[place] as number;
    return dueUs < otherUs || (dueUs === otherUs && order < (this.order[place] as number));
  }

  private move(from: number, to: number): void {
    this.put(this.dueUs[from] as number, this.order[from] as number, this.slotAt[from] as number, to);
  }

  private put(dueUs: number, order: number, slot: number, place: number): void {
    this.dueUs[place] = dueUs;
    this.order[place] = order;
    this.slotAt[place] = slot;
    this.placeOf[slot] = place;
  }

  private newSlot(): number {
    const slot = this.timers.length;
    this.timers.push(undefined);
    if (slot < this.dueUs.length) return slot;
    const wide = this.dueUs.length * 2;
    this.dueUs = widened(this.dueUs, new Float64Array(wide));
    this.order = widened(this.order, new Float64Array(wide));
    this.slotAt = widened(this.slotAt, new Int32Array(wide));
    this.placeOf = widened(this.placeOf, new Int32Array(wide));
    return slot;
  }
}

function widened<A extends Float64Array | Int32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
