/**
 * How a web server guards itself and what is behind it: it asks for no more at once than is answered in time, lets nobody
 * wait in vain, and leaves alone who fails. It judges by what became of requests, whatever they asked and whoever.
 */
import { CircuitBreaker, type Pass } from '../../algorithms/circuit-breaker';
import { ConcurrencyLimit } from '../../algorithms/concurrency-limit';
import { ControlledDelay } from '../../algorithms/controlled-delay';
import { Type } from '../../kernel/schema';
import type { Reporter } from '../../kernel/tier';
import { type BreakerConfig, breakerDefaults, breakerRules, breakerSettings, isOutage } from '../../protocols/breaker';

export const overloadSettings = {
  /** `on`: as many workers as are answered in time, and a backlog that is refused as soon as waiting in it is in vain. */
  shedding: Type.Union([Type.Literal('off'), Type.Literal('on')]),
  /** A request may wait so long for a worker while the backlog is empty now and then ... */
  shedIntervalMs: Type.Number({ exclusiveMinimum: 0 }),
  /** ... and so long once it has not been empty for that time. */
  shedTargetMs: Type.Number({ exclusiveMinimum: 0 }),
  ...breakerSettings,
} as const;

export const overloadDefaults = {
  shedding: 'off',
  shedIntervalMs: 200,
  shedTargetMs: 20,
  ...breakerDefaults,
} as const;

interface OverloadConfig extends BreakerConfig {
  readonly workers: number;
  readonly shedding: 'off' | 'on';
  readonly shedIntervalMs: number;
  readonly shedTargetMs: number;
}

/** Fewer at once would tell too slowly that it got better. */
const workersLeast = 2;

/** Whoever took more than this part of the time there was is close to being too late. */
const slowPart = 0.5;

/** A question that was let through. */
export interface Admission {
  readonly pass: Pass | undefined;
  readonly atMs: number;
  readonly budgetMs: number;
}

export class Overload {
  private readonly breaker: CircuitBreaker;
  private readonly limit: ConcurrencyLimit;
  private readonly delay: ControlledDelay;
  private shed = 0;

  constructor(
    private readonly settings: () => OverloadConfig,
    report: Reporter,
  ) {
    this.breaker = new CircuitBreaker(
      () => breakerRules(settings()),
      (state, reason) => report.act(`breaker ${state}`, reason),
    );
    this.limit = new ConcurrencyLimit(() => ({
      least: workersLeast,
      most: Math.max(workersLeast, settings().workers),
    }));
    this.delay = new ControlledDelay(() => {
      const { shedIntervalMs, shedTargetMs } = settings();
      return { intervalMs: shedIntervalMs, targetMs: shedTargetMs };
    });
  }

  /** How many workers may be busy now. */
  get workers(): number {
    const { workers } = this.settings();
    return this.sheds ? Math.min(workers, this.limit.now) : workers;
  }

  /** Lets a request go on to what is behind, unless that is left alone. */
  enter(nowMs: number, budgetMs: number): Admission | undefined {
    if (this.settings().breaker === 'off') return { pass: undefined, atMs: nowMs, budgetMs };
    const pass = this.breaker.enter(nowMs);
    return pass && { pass, atMs: nowMs, budgetMs };
  }

  /**
   * A request that was let through has its response.
   *
   * @param underWay how many were, with it
   */
  leave({ pass, atMs, budgetMs }: Admission, status: number, nowMs: number, underWay: number): void {
    const failed = isOutage(status);
    if (pass !== undefined) this.breaker.leave(pass, failed, nowMs);
    if (!this.sheds) return;
    if (failed || nowMs - atMs > budgetMs * slowPart) this.limit.tooLate();
    else this.limit.inTime(underWay);
  }

  /** A request waits for a worker. */
  waits(nowMs: number): void {
    this.delay.joined(nowMs);
  }

  /** No request waits any more. */
  noneWaits(): void {
    this.delay.emptied();
  }

  /** Whether a request that waited so long for a worker is refused now that there is one. */
  refuses(waitedMs: number, nowMs: number): boolean {
    if (!this.sheds || waitedMs <= this.delay.allowedMs(nowMs)) return false;
    this.shed++;
    return true;
  }

  /** What there is to see; nothing while all of it is off. */
  view(): object {
    const { shed, breaker } = this;
    return {
      ...(this.sheds ? { shedding: { workers: this.workers, shed } } : {}),
      ...(this.settings().breaker === 'off'
        ? {}
        : { breaker: { state: breaker.state, opened: breaker.opened, refused: breaker.refused } }),
    };
  }

  private get sheds(): boolean {
    return this.settings().shedding === 'on';
  }
}
