/**
 * Real time for an engine: integer microseconds from an origin that all threads of the process share. Within a turn time
 * stands still; timers run only when the loop of the thread asks for those that are due.
 */
import { performance } from 'node:perf_hooks';
import { Fifo } from '../../algorithms/fifo';
import type { TrueClock } from '../../kernel/clock';
import { type Timer, TimerHeap } from '../../kernel/timers';

/** Where a timer is that was due the moment it was scheduled; above any slot of the heap. */
const readySlot = 0x3fffffff;

/** Reading the clock costs as much as handling a small message, so of the timers that are due at once only some do. */
const readEvery = 4;

export class WallClock implements TrueClock {
  private readonly heap = new TimerHeap();
  /** Most timers are due at once (a message between neighbours): they need no heap, since they come in order. */
  private readonly ready = new Fifo<Timer>();
  private readonly offsetUs: number;
  private present = 1;
  private pieces = 0;
  private running = false;

  /**
   * @param originNs `process.hrtime.bigint()` when the world began; the same for every thread of the process.
   * @param armed hears of a timer that was scheduled while the loop may be asleep.
   */
  constructor(
    originNs: bigint,
    private readonly armed: () => void = () => {},
  ) {
    this.offsetUs = Number((process.hrtime.bigint() - originNs) / 1000n) - performance.now() * 1000;
  }

  get nowUs(): number {
    return this.running ? this.present : this.read();
  }

  /** The moment of the next timer, or `undefined` if none is pending. */
  get nextUs(): number | undefined {
    return this.ready.length > 0 ? this.present : this.heap.peek()?.atUs;
  }

  get pending(): number {
    return this.ready.length + this.heap.size;
  }

  schedule(timer: Timer, atUs: number): void {
    if (atUs === this.present && this.running) {
      this.heap.remove(unready(timer));
      timer.atUs = atUs;
      timer.slot = readySlot;
      this.ready.push(timer);
      return;
    }
    this.heap.push(unready(timer), atUs);
    if (!this.running) this.armed();
  }

  /** What stands in line as ready stays there, marked; it is passed over when its turn comes. */
  cancel(timer: Timer): void {
    this.heap.remove(unready(timer));
  }

  /** Runs `work` as of one moment, so that what it schedules for now keeps its order. */
  within<T>(work: () => T): T {
    if (this.running) return work();
    this.read();
    this.running = true;
    try {
      return work();
    } finally {
      this.running = false;
    }
  }

  /** Runs what is due, in order of (moment, number), until nothing is or the count is used up; true if more is due. */
  run(timersMax: number): boolean {
    return this.within(() => {
      for (let left = timersMax; left > 0; left--) {
        const timer = this.next();
        if (timer === undefined) {
          // What is left may have come due while the last one ran.
          this.read();
          const next = this.heap.peek();
          if (next === undefined || next.atUs > this.present) return false;
          continue;
        }
        if (left % readEvery === 0) this.read();
        timer.run();
      }
      return this.ready.length > 0 || (this.heap.peek()?.atUs ?? Number.POSITIVE_INFINITY) <= this.present;
    });
  }

  /** Lets time go on within a long piece of work, every so often. */
  goOn(): void {
    if (++this.pieces % readEvery === 0) this.read();
  }

  private next(): Timer | undefined {
    const soonest = this.heap.peek();
    // A timer of the heap that is due at the same moment as one in line was scheduled before it.
    if (soonest !== undefined && soonest.atUs <= this.present) {
      const head = this.ready.peek();
      if (head === undefined || soonest.atUs <= head.atUs) return this.heap.pop();
    }
    for (;;) {
      const head = this.ready.shift();
      if (head === undefined) return undefined;
      if (head.slot !== readySlot) continue;
      head.slot = -1;
      return head;
    }
  }

  private read(): number {
    const nowUs = Math.floor(performance.now() * 1000 + this.offsetUs) + 1;
    if (nowUs > this.present) this.present = nowUs;
    return this.present;
  }
}

/** Takes the mark off a timer that stood in line; its old place there is empty now. */
function unready(timer: Timer): Timer {
  if (timer.slot === readySlot) timer.slot = -1;
  return timer;
}
