/**
 * Stops asking somebody who fails: closed, it lets calls through and counts; open, it refuses them at once, which spares
 * both sides; half-open, it lets a few through to see (Nygard, Release It!, 2007).
 */

export interface BreakerRules {
  /** Opens when this share of the calls within a window failed, from 0 to 1 ... */
  readonly failureShare: number;
  readonly windowMs: number;
  /** ... of so many calls at least. */
  readonly callsMin: number;
  /** Stays open for so long before it tries again. */
  readonly openMs: number;
  /** Half-open, it lets so many calls through; it closes when all of them went well, and opens when one failed. */
  readonly probes: number;
}

export type BreakerState = 'closed' | 'open' | 'half-open';

/** A call that was let through; hand it back with how it ended. */
export interface Pass {
  /** Between two changes of state: what ends in another era says nothing about this one. */
  readonly era: number;
}

/** The window is kept in so many parts, the oldest of which is forgotten at a time. */
const parts = 10;

interface Part {
  readonly number: number;
  calls: number;
  failures: number;
}

export class CircuitBreaker {
  private now: BreakerState = 'closed';
  private era = 0;
  private openedMs = 0;
  private sent = 0;
  private well = 0;
  private window: Part[] = [];
  opened = 0;
  refused = 0;

  /** @param changed hears of every change of state and why */
  constructor(
    private readonly rules: () => BreakerRules,
    private readonly changed: (state: BreakerState, reason: string) => void = () => undefined,
  ) {}

  get state(): BreakerState {
    return this.now;
  }

  /** Lets a call through, or not. Times are local and monotonic, in milliseconds. */
  enter(nowMs: number): Pass | undefined {
    if (!this.admits(nowMs)) {
      this.refused++;
      return undefined;
    }
    if (this.now === 'open') this.become('half-open', `${this.rules().openMs} ms have passed`);
    this.sent++;
    return { era: this.era };
  }

  /** Whether `enter` would let a call through, without making one. */
  admits(nowMs: number): boolean {
    const { openMs, probes } = this.rules();
    if (this.now === 'open') return nowMs - this.openedMs >= openMs;
    return this.now === 'closed' || this.sent < probes;
  }

  /** How a call ended. */
  leave({ era }: Pass, isFailure: boolean, nowMs: number): void {
    if (era !== this.era) return;
    if (this.now === 'closed') this.count(isFailure, nowMs);
    else if (isFailure) this.open('a call to try it failed', nowMs);
    else if (++this.well >= this.rules().probes) this.become('closed', `${this.well} calls to try it went well`);
  }

  private count(isFailure: boolean, nowMs: number): void {
    const { windowMs, callsMin, failureShare } = this.rules();
    const part = this.partOf(Math.floor((nowMs * parts) / windowMs));
    part.calls++;
    if (!isFailure) return;
    part.failures++;
    const calls = this.window.reduce((sum, one) => sum + one.calls, 0);
    const failures = this.window.reduce((sum, one) => sum + one.failures, 0);
    if (calls >= callsMin && failures >= failureShare * calls) this.open(`${failures} of ${calls} calls failed`, nowMs);
  }

  private partOf(number: number): Part {
    const last = this.window.at(-1);
    if (last?.number === number) return last;
    const part = { number, calls: 0, failures: 0 };
    this.window = [...this.window.filter((one) => one.number > number - parts), part];
    return part;
  }

  private open(reason: string, nowMs: number): void {
    this.openedMs = nowMs;
    this.opened++;
    this.become('open', reason);
  }

  private become(state: BreakerState, reason: string): void {
    this.now = state;
    this.era++;
    this.sent = 0;
    this.well = 0;
    this.window = [];
    this.changed(state, reason);
  }
}
