/**
 * What a thread does all day: take in mail from the other threads, run what is due, send out what was said. When there is
 * nothing to do it first watches shared memory for a moment, then naps where a peer can wake it for next to nothing, and
 * only then goes to sleep in the event loop, from where waking takes longest.
 */
import type { WallClock } from './wall-clock';

/** The mail of a thread, as its loop sees it. */
export interface Traffic {
  /** Takes in what has arrived, up to a bound; how many envelopes. */
  drain(): number;
  /** Sends out what was said since the last time; true if that was anything. */
  flush(): boolean;
  /** Mail is waiting to be taken in. */
  readonly arrived: boolean;
  /** Something waits for room on its way out. */
  readonly pressed: boolean;
  /**
   * Something is under way that will be heard of by the event loop alone (a disk, a job): nobody may block it meanwhile.
   */
  readonly expecting: boolean;
  /** Blocks the thread until mail comes or the time is over; comes back at once where mail is waiting already. */
  nap(ms: number): void;
  /** Announces sleep, after which the first one to send here must ring; false if something came in the meantime. */
  sleep(): boolean;
  awake(): void;
}

/** How long to watch shared memory: about what an answer takes whose giver is awake on a CPU of its own. */
const watchUs = 50;
/**
 * How long to nap at most, which is how long the event loop may be kept from its ports. A nap gives the CPU away, so that
 * a peer that has to share it with us can run; somebody who only watches would keep it from answering.
 */
const napUs = 300;
/** The system wakes a napper this much after it was told to; the rest of the way to a timer is watched. */
const oversleepUs = 60;
/** After so long in one go the event loop gets its turn, however much there is to do. */
const goUs = 1_000;
/** A timer that is due so soon is waited for awake. */
const nearUs = 1_000;
/** While something is expected of the event loop: how long it is polled after the last message before it sleeps. */
const lingerUs = 100;
const timersPerTick = 4_096;
/** Watching and naps are given up where watching never pays, and tried again every so often. */
const paysMax = 4;
const tryAgainEvery = 64;

export class Loop {
  private immediate: NodeJS.Immediate | undefined;
  private timeout: NodeJS.Timeout | undefined;
  private busyAtUs = 0;
  private ticking = false;
  private stopped = false;
  /** How well watching has paid of late. */
  private pays = paysMax;
  private unwatched = 0;
  /** How often the loop went round; an idle thread's number stands still. */
  ticks = 0;

  constructor(
    private readonly clock: WallClock,
    private readonly traffic: Traffic,
    /** Whether the thread may be blocked for a moment. */
    private readonly naps: boolean,
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
    let busy = true;
    try {
      this.traffic.awake();
      const untilUs = this.clock.nowUs + goUs;
      do {
        busy = this.round();
        if (busy) this.busyAtUs = this.clock.nowUs;
        else busy = this.more();
      } while (busy && !this.stopped && !this.traffic.expecting && this.clock.nowUs < untilUs);
    } finally {
      this.ticking = false;
      if (!this.stopped) this.rest(busy);
    }
  };

  private round(): boolean {
    this.ticks++;
    const heard = this.clock.within(() => this.traffic.drain());
    const more = this.clock.run(timersPerTick);
    const sent = this.traffic.flush();
    return heard > 0 || more || sent;
  }

  /** Waits a moment for something to do, where that is quicker than sleep; true if something came. */
  private more(): boolean {
    const { clock, traffic } = this;
    if (this.stopped || traffic.expecting) return false;
    const nowUs = clock.nowUs;
    const dueUs = clock.nextUs ?? Number.POSITIVE_INFINITY;
    // One nap in vain is enough; only a timer that is near is worth another.
    if (dueUs - nowUs > nearUs && nowUs - this.busyAtUs > napUs) return false;
    // Where watching never pays, peers share our CPU: then sleep hands it over at less cost than a nap does.
    const watches = this.watches();
    if (watches && this.watch(Math.min(nowUs + watchUs, dueUs))) return true;
    if (!this.naps || traffic.pressed || (!watches && dueUs - nowUs > nearUs)) return false;
    const freeUs = dueUs - oversleepUs - clock.nowUs;
    if (freeUs > 0) traffic.nap(Math.min(napUs, freeUs) / 1000);
    if (freeUs <= napUs) return this.watch(dueUs);
    if (!traffic.arrived) return false;
    this.pays = Math.max(0, this.pays - 1);
    return true;
  }

  private watches(): boolean {
    if (this.pays > 0) return true;
    if (++this.unwatched < tryAgainEvery) return false;
    this.unwatched = 0;
    return true;
  }

  /** Looks for mail until a moment; true if some came, or a timer is due by then. */
  private watch(untilUs: number): boolean {
    const { clock, traffic } = this;
    do {
      if (!traffic.arrived) continue;
      this.pays = paysMax;
      return true;
    } while (clock.nowUs < untilUs);
    return (clock.nextUs ?? Number.POSITIVE_INFINITY) <= clock.nowUs;
  }

  private rest(busy: boolean): void {
    if (busy) return this.soon();
    const { clock, traffic } = this;
    const nowUs = clock.nowUs;
    const leftUs = (clock.nextUs ?? Number.POSITIVE_INFINITY) - nowUs;
    const lingers = traffic.expecting && nowUs - this.busyAtUs < lingerUs;
    // Timers of the event loop tick in milliseconds and come late: the last stretch before a moment is spent otherwise.
    if (lingers || leftUs <= nearUs) return this.soon();
    if (traffic.pressed) return this.later(1);
    if (!traffic.sleep()) return this.soon();
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
