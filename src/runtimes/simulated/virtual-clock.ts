/**
 * Virtual time: integer microseconds that pass only when the next timer is run.
 */
import type { TrueClock } from '../../kernel/clock';
import { type Timer, TimerHeap } from '../../kernel/timers';

export class VirtualClock implements TrueClock {
  /** Starts above 0, so that 0 can mean "never". */
  nowUs = 1;
  /** Timers run so far, and how many of them at the present microsecond. */
  steps = 0;
  stepsNow = 0;
  private readonly heap = new TimerHeap();
  private running = false;
  /** What is to run once the present step is over. */
  private after: (() => void)[] = [];

  get pending(): number {
    return this.heap.size;
  }

  /** When the next timer is due; never is infinity. */
  get nextUs(): number {
    return this.heap.nextUs;
  }

  schedule(timer: Timer, atUs: number): void {
    this.heap.push(timer, atUs > this.nowUs ? atUs : this.nowUs);
  }

  cancel(timer: Timer): void {
    this.heap.remove(timer);
  }

  /** Runs the next timer; false if there is none. */
  step(): boolean {
    const { nextUs } = this.heap;
    const timer = this.heap.pop();
    if (timer === undefined) return false;
    this.advance(nextUs);
    this.steps++;
    this.stepsNow++;
    this.running = true;
    try {
      timer.run();
    } finally {
      this.running = false;
    }
    if (this.after.length > 0) this.runAfter();
    return true;
  }

  /** Runs something between two steps, where nothing is half done: now, or after the present one. It is no step itself. */
  between(work: () => void): void {
    if (this.running) this.after.push(work);
    else work();
  }

  /** Runs everything up to and including a moment, unless `until` says enough, and then stands at that moment. */
  runTo(limitUs: number, until: () => boolean = never): boolean {
    for (;;) {
      if (until()) return true;
      if (this.heap.size === 0 || this.heap.nextUs > limitUs) break;
      this.step();
    }
    this.advance(limitUs);
    return false;
  }

  private runAfter(): void {
    const works = this.after;
    this.after = [];
    for (const work of works) work();
  }

  private advance(toUs: number): void {
    if (toUs <= this.nowUs) return;
    this.nowUs = toUs;
    this.stepsNow = 0;
  }
}

function never(): boolean {
  return false;
}
