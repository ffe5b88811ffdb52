/**
 * How a balancer keeps from making things worse: its retries stay a small part of its requests, and a server that answers
 * with failures, which is not the same as not answering, is left alone for a while.
 */
import { CircuitBreaker, type Pass } from '../../algorithms/circuit-breaker';
import { RetryBudget } from '../../algorithms/retry-budget';
import { Type } from '../../kernel/schema';
import type { Reporter } from '../../kernel/tier';
import { type BreakerConfig, breakerDefaults, breakerRules, breakerSettings, isOutage } from '../../protocols/breaker';
import type { Server } from './servers';

export const overloadSettings = {
  /** Retries per request over all requests: 0.1 is one for every ten. `off`: as many as there are attempts. */
  retryBudget: Type.Union([Type.Literal('off'), Type.Number({ minimum: 0, maximum: 1 })]),
  /** Retries that the budget holds back for the first failures after a good time. */
  retryBucket: Type.Number({ minimum: 0 }),
  ...breakerSettings,
} as const;

export const overloadDefaults = { retryBudget: 'off', retryBucket: 10, ...breakerDefaults } as const;

interface OverloadConfig extends BreakerConfig {
  readonly retryBudget: number | 'off';
  readonly retryBucket: number;
}

export class Overload {
  private readonly breakers = new WeakMap<Server, CircuitBreaker>();
  private readonly budget: RetryBudget;

  constructor(
    private readonly settings: () => OverloadConfig,
    private readonly report: Reporter,
  ) {
    this.budget = new RetryBudget(() => {
      const { retryBudget, retryBucket } = settings();
      return { share: retryBudget === 'off' ? 1 : retryBudget, bucket: retryBucket };
    });
  }

  /** A request came. */
  came(): void {
    if (this.settings().retryBudget !== 'off') this.budget.deposit();
  }

  /** Whether a request may be sent to another server; a yes is paid for. */
  mayRetry(): boolean {
    return this.settings().retryBudget === 'off' || this.budget.withdraw();
  }

  /** Those of the servers that are not left alone. */
  trusted(servers: readonly Server[], nowMs: number): readonly Server[] {
    if (this.settings().breaker === 'off') return servers;
    return servers.filter((server) => this.breakerOf(server).admits(nowMs));
  }

  /** A server is sent a request. */
  enter(server: Server, nowMs: number): Pass | undefined {
    return this.settings().breaker === 'off' ? undefined : this.breakerOf(server).enter(nowMs);
  }

  /**
   * How that ended.
   *
   * @param status of the response; `undefined` if there was none
   */
  leave(server: Server, pass: Pass | undefined, status: number | undefined, nowMs: number): void {
    if (pass !== undefined) this.breakerOf(server).leave(pass, status === undefined || isOutage(status), nowMs);
  }

  /** What there is to see; nothing while all of it is off. */
  view(servers: readonly Server[]): object {
    const { breaker, retryBudget } = this.settings();
    return {
      ...(retryBudget === 'off' ? {} : { retriesDenied: this.budget.denied }),
      ...(breaker === 'off'
        ? {}
        : { breakers: Object.fromEntries(servers.map((server) => [server.id, this.breakerOf(server).state])) }),
    };
  }

  private breakerOf(server: Server): CircuitBreaker {
    const known = this.breakers.get(server);
    if (known !== undefined) return known;
    const made = new CircuitBreaker(
      () => breakerRules(this.settings()),
      (state, reason) => this.report.act(`breaker ${state} for ${server.id}`, reason),
    );
    this.breakers.set(server, made);
    return made;
  }
}
