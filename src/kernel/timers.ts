/**
 * Pending timers in the order in which they are due: a binary heap whose entries know their own place, so that a
 * cancelled deadline leaves at once instead of waiting, dead, for its time.
 */

/** Something that happens at a moment. Subclasses carry their own data, so scheduling allocates nothing more. */
export abstract class Timer {
  /** True time in integer microseconds; set by the clock. */
  atUs = 0;
  /** Ties at one moment run in the order in which they were scheduled. */
  seq = 0;
  /** Place in the heap, or -1 when not pending. */
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

/** How many children a timer in the heap has: four keys share a line of the processor's cache. */
const arity = 4;

/**
 * Orders timers by (time, sequence number). The times stand beside the timers in an array of plain numbers, since to
 * compare two timers by looking into them is to wait for memory twice.
 */
export class TimerHeap {
  private readonly timers: Timer[] = [];
  private dueUs = new Float64Array(64);
  private nextSeq = 0;

  get size(): number {
    return this.timers.length;
  }

  peek(): Timer | undefined {
    return this.timers[0];
  }

  /** Adds a timer, or moves one that is pending already. */
  push(timer: Timer, atUs: number): void {
    if (timer.slot >= 0) this.remove(timer);
    timer.atUs = atUs;
    timer.seq = this.nextSeq++;
    const slot = this.timers.length;
    if (slot === this.dueUs.length) this.grow();
    this.timers.push(timer);
    this.siftUp(timer, slot);
  }

  pop(): Timer | undefined {
    const first = this.timers[0];
    if (first !== undefined) this.takeOut(first, 0);
    return first;
  }

  /** Does nothing when the timer is not pending. */
  remove(timer: Timer): void {
    if (timer.slot >= 0) this.takeOut(timer, timer.slot);
  }

  /** Every pending timer, in no order; for inspection. */
  pending(): readonly Timer[] {
    return this.timers;
  }

  private takeOut(timer: Timer, slot: number): void {
    const last = this.timers.pop() as Timer;
    timer.slot = -1;
    if (last === timer) return;
    if (slot > 0 && this.precedes(last, (slot - 1) >> 2)) this.siftUp(last, slot);
    else this.siftDown(last, slot);
  }

  private siftUp(timer: Timer, from: number): void {
    let slot = from;
    while (slot > 0) {
      const parent = (slot - 1) >> 2;
      if (!this.precedes(timer, parent)) break;
      this.put(this.timers[parent] as Timer, slot);
      slot = parent;
    }
    this.put(timer, slot);
  }

  private siftDown(timer: Timer, from: number): void {
    const size = this.timers.length;
    let slot = from;
    for (let child = arity * slot + 1; child < size; child = arity * slot + 1) {
      const least = this.least(child, Math.min(child + arity, size));
      if (this.precedes(timer, least)) break;
      this.put(this.timers[least] as Timer, slot);
      slot = least;
    }
    this.put(timer, slot);
  }

  /** The slot of the timer that is due first among neighbours. */
  private least(from: number, end: number): number {
    const { timers, dueUs } = this;
    let least = from;
    let leastUs = dueUs[from] as number;
    for (let slot = from + 1; slot < end; slot++) {
      const us = dueUs[slot] as number;
      if (us > leastUs || (us === leastUs && (timers[slot] as Timer).seq > (timers[least] as Timer).seq)) continue;
      least = slot;
      leastUs = us;
    }
    return least;
  }

  /** Whether a timer is due before the one in a slot. */
  private precedes(timer: Timer, slot: number): boolean {
    const us = this.dueUs[slot] as number;
    return timer.atUs < us || (timer.atUs === us && timer.seq < (this.timers[slot] as Timer).seq);
  }

  private put(timer: Timer, slot: number): void {
    this.timers[slot] = timer;
    this.dueUs[slot] = timer.atUs;
    timer.slot = slot;
  }

  private grow(): void {
    const wider = new Float64Array(this.dueUs.length * 2);
    wider.set(this.dueUs);
    this.dueUs = wider;
  }
}
