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

/** Orders timers by (time, sequence number). */
export class TimerHeap {
  private readonly heap: Timer[] = [];
  private nextSeq = 0;

  get size(): number {
    return this.heap.length;
  }

  peek(): Timer | undefined {
    return this.heap[0];
  }

  /** Adds a timer, or moves one that is pending already. */
  push(timer: Timer, atUs: number): void {
    if (timer.slot >= 0) this.remove(timer);
    timer.atUs = atUs;
    timer.seq = this.nextSeq++;
    this.heap.push(timer);
    this.siftUp(timer, this.heap.length - 1);
  }

  pop(): Timer | undefined {
    const first = this.heap[0];
    if (first !== undefined) this.takeOut(first, 0);
    return first;
  }

  /** Does nothing when the timer is not pending. */
  remove(timer: Timer): void {
    if (timer.slot >= 0) this.takeOut(timer, timer.slot);
  }

  /** Every pending timer, in no order; for inspection. */
  pending(): readonly Timer[] {
    return this.heap;
  }

  private takeOut(timer: Timer, slot: number): void {
    const last = this.heap.pop() as Timer;
    timer.slot = -1;
    if (last === timer) return;
    if (slot > 0 && before(last, this.heap[(slot - 1) >> 1] as Timer)) this.siftUp(last, slot);
    else this.siftDown(last, slot);
  }

  private siftUp(timer: Timer, from: number): void {
    const heap = this.heap;
    let slot = from;
    while (slot > 0) {
      const parentSlot = (slot - 1) >> 1;
      const parent = heap[parentSlot] as Timer;
      if (!before(timer, parent)) break;
      heap[slot] = parent;
      parent.slot = slot;
      slot = parentSlot;
    }
    heap[slot] = timer;
    timer.slot = slot;
  }

  private siftDown(timer: Timer, from: number): void {
    const heap = this.heap;
    const size = heap.length;
    let slot = from;
    for (;;) {
      let childSlot = 2 * slot + 1;
      if (childSlot >= size) break;
      let child = heap[childSlot] as Timer;
      if (childSlot + 1 < size) {
        const sibling = heap[childSlot + 1] as Timer;
        if (before(sibling, child)) {
          child = sibling;
          childSlot++;
        }
      }
      if (!before(child, timer)) break;
      heap[slot] = child;
      child.slot = slot;
      slot = childSlot;
    }
    heap[slot] = timer;
    timer.slot = slot;
  }
}

function before(a: Timer, b: Timer): boolean {
  return a.atUs < b.atUs || (a.atUs === b.atUs && a.seq < b.seq);
}
