/**
 * The CPUs of a box: one first-come-first-served queue for all nodes on it. A message keeps a CPU busy for its service
 * time; the step runs at the end of it. With c CPUs and one node this is the M/M/c queue of the textbooks.
 */
import { Fifo } from '../../algorithms/fifo';
import type { TrueClock } from '../../kernel/clock';
import { Timer } from '../../kernel/timers';

/** Who the work is for. */
export interface Worked {
  readonly alive: boolean;
  /** The service time is over: run the step. */
  served(work: Work): void;
}

/** One stay at a CPU; the timer of its own end. */
export abstract class Work extends Timer {
  arrivedUs = 0;
  serviceUs = 0;
  cpus: Cpus | undefined = undefined;

  abstract readonly owner: Worked;

  override run(): void {
    this.cpus?.finish(this);
  }
}

export class Cpus {
  /** In order of start. An array: a box has few CPUs, and a set costs more per message than all the rest here. */
  private readonly serving: Work[] = [];
  private readonly queue = new Fifo<Work>();

  constructor(
    private readonly clock: TrueClock,
    private count: number,
  ) {}

  get busy(): number {
    return this.serving.length;
  }

  /** A free CPU and nobody in line. */
  get idle(): boolean {
    return this.serving.length < this.count && this.queue.length === 0;
  }

  get waiting(): number {
    return this.queue.length;
  }

  /** More CPUs take waiting work at once; fewer let what is running end. */
  resize(count: number): void {
    this.count = count;
    this.fill(this.clock.nowUs);
  }

  submit(work: Work): void {
    work.arrivedUs = this.clock.nowUs;
    work.cpus = this;
    if (this.serving.length < this.count) this.start(work, work.arrivedUs);
    else this.queue.push(work);
  }

  /**
   * What has just been served goes on. Its CPU may have been given away already, so that for once more is worked on than
   * there are CPUs; nothing else starts until that is worked off.
   */
  overrun(work: Work): void {
    work.arrivedUs = this.clock.nowUs;
    work.cpus = this;
    this.start(work, work.arrivedUs);
  }

  /** Frees the CPU before the step, so that what the step sees is the queue it leaves behind. */
  finish(work: Work): void {
    this.free(work);
    this.fill(work.atUs);
    work.owner.served(work);
  }

  /** Takes everything of one owner off the CPUs and out of the queue, in order of arrival. */
  evict(owner: Worked): Work[] {
    const running = this.serving.filter((work) => work.owner === owner);
    for (const work of running) {
      this.free(work);
      this.clock.cancel(work);
      work.serviceUs = Math.max(0, work.atUs - this.clock.nowUs);
    }
    const waiting = this.queue.extract((work) => work.owner === owner);
    this.fill(this.clock.nowUs);
    return [...running, ...waiting];
  }

  /**
   * The next in line starts when its CPU became free, not when a timer got round to saying so: on threads timers tick
   * in whole milliseconds, and a queue that waited for them would serve a tenth of what the box can.
   */
  private fill(freeSinceUs: number): void {
    while (this.serving.length < this.count) {
      const next = this.queue.shift();
      if (next === undefined) return;
      this.start(next, Math.max(freeSinceUs, next.arrivedUs));
    }
  }

  private start(work: Work, fromUs: number): void {
    this.serving.push(work);
    this.clock.schedule(work, fromUs + work.serviceUs);
  }

  private free(work: Work): void {
    const { serving } = this;
    const place = serving.indexOf(work);
    if (place < 0) return;
    // What `splice` does, without the array of what it took out.
    for (let next = place + 1; next < serving.length; next++) serving[next - 1] = serving[next] as Work;
    serving.pop();
  }
}
