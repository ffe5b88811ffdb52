/**
 * What a thread does all day: take in mail from the other threads, run what is due, send out what was said. While there
 * is traffic it polls shared memory; after a while of silence it sleeps until a port or a timer wakes it.
 */
import type { WallClock } from './wall-clock';

/** The mail of a thread, as its loop sees it. */
export interface Traffic {
  /** Takes in what has arrived, up to a bound; how many envelopes. */
  drain(): number;
  /** Sends out what was said since the last time. */
  flush(): void;
  /** Something waits for room on its way out. */
  readonly pressed: boolean;
  /** Announces sleep, after which the first one to send here must ring; false if something came in the meantime. */
  sleep(): boolean;
  awake(): void;
}

/** How long to go on polling after the last message, in microseconds: about as long as falling asleep and waking cost. */
const lingerUs = 100;
/** Timers of the operating system tick in milliseconds: the last one before a moment is spent polling. */
const pollUs = 1_000;
const timersPerTick = 4_096;

export class Loop {
  private immediate: NodeJS.Immediate | undefined;
  private timeout: NodeJS.Timeout | undefined;
  private busyAtUs = 0;
  private ticking = false;
  private stopped = false;
  /** How often the loop went round; an idle thread's number stands still. */
  ticks = 0;

  constructor(
    private readonly clock: WallClock,
    private readonly traffic: Traffic,
  ) {}

  /** Something is to be done soon: a timer was set or a door said something. */
  readonly wake = (): void => {
    if (this.ticking || this.immediate !== undefined || this.stopped) return;
    this.soon();
  };

  /** A port rang: the mail is there already. */
  readonly rung = (): void => {
    if (this.ticking || this.stopped) return;
    this.cancel();
    this.tick();
  };

  stop(): void {
    this.stopped = true;
    this.cancel();
  }

  private readonly tick = (): void => {
    this.immediate = undefined;
    this.ticking = true;
    this.ticks++;
    let busy = true;
    try {
      this.traffic.awake();
      const heard = this.clock.within(() => this.traffic.drain());
      const more = this.clock.run(timersPerTick);
      this.traffic.flush();
      busy = heard > 0 || more;
    } finally {
      this.ticking = false;
      if (!this.stopped) this.rest(busy);
    }
  };

  private rest(busy: boolean): void {
    const nowUs = this.clock.nowUs;
    if (busy) this.busyAtUs = nowUs;
    const leftUs = (this.clock.nextUs ?? Number.POSITIVE_INFINITY) - nowUs;
    if (busy || nowUs - this.busyAtUs < lingerUs || leftUs <= pollUs) return this.soon();
    if (this.traffic.pressed) return this.later(1);
    if (!this.traffic.sleep()) return this.soon();
    if (leftUs < Number.POSITIVE_INFINITY) this.later(Math.min(leftUs / 1000 - 1, 0x7fffffff));
  }

  private soon(): void {
    this.cancel();
    this.immediate = setImmediate(this.tick);
  }

  private later(delayMs: number): void {
    this.cancel();
    this.timeout = setTimeout(this.tick, Math.max(1, Math.floor(delayMs)));
    // What keeps a process alive is its open world, which somebody has to close, not a timer of some node in it.
    this.timeout.unref();
  }

  private cancel(): void {
    if (this.immediate !== undefined) clearImmediate(this.immediate);
    if (this.timeout !== undefined) clearTimeout(this.timeout);
    this.immediate = undefined;
    this.timeout = undefined;
  }
}
