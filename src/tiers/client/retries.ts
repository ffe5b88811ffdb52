/**
 * How a device tries again: what failed for a reason that may pass, and only what may be done twice; after a wait that
 * grows and is drawn, and as long as its retries stay a small part of its requests.
 */
import { type BackoffRules, backoffOf } from '../../algorithms/backoff';
import { RetryBudget } from '../../algorithms/retry-budget';
import type { Random } from '../../kernel/random';
import { Type } from '../../kernel/schema';
import { type HttpRequest, isIdempotent } from '../../protocols/http';
import type { ClientTurn } from './conversation';
import type { Ending, Transport } from './transport';
import type { Site } from './url';

/** By default a device asks once. */
export const retrySettings = {
  /** How often a request is sent at most; 1 is never again. */
  attemptsMax: Type.Integer({ minimum: 1, maximum: 100 }),
  /** Time for one attempt; `off`: all that the user's patience leaves. */
  attemptMs: Type.Union([Type.Literal('off'), Type.Number({ exclusiveMinimum: 0 })]),
  /** The wait before the first retry is drawn from 0 to this, and doubles with each ... */
  backoffMs: Type.Number({ minimum: 0 }),
  /** ... up to this. */
  backoffMaxMs: Type.Number({ minimum: 0 }),
  /** Retries per request over all requests of this client: 0.1 is one for every ten. `off`: as many as there are attempts. */
  retryBudget: Type.Union([Type.Literal('off'), Type.Number({ minimum: 0, maximum: 1 })]),
  /** Retries that the budget holds back for the first failures after a good time. */
  retryBucket: Type.Number({ minimum: 0 }),
} as const;

export const retryDefaults = {
  attemptsMax: 1,
  attemptMs: 'off',
  backoffMs: 100,
  backoffMaxMs: 2_000,
  retryBudget: 'off',
  retryBucket: 10,
} as const;

export interface RetryConfig extends BackoffRules {
  readonly attemptsMax: number;
  readonly attemptMs: number | 'off';
  readonly retryBudget: number | 'off';
  readonly retryBucket: number;
}

/** A request on its way, however often. */
interface Trip {
  readonly site: Site;
  readonly request: HttpRequest;
  readonly untilMs: number;
  readonly then: (ending: Ending) => void;
  attempts: number;
}

export class Retries {
  /** Requests that were sent once more. */
  made = 0;
  private readonly budget: RetryBudget;
  private readonly random: Random;

  constructor(
    private readonly turn: ClientTurn,
    private readonly transport: Transport,
    private readonly settings: () => RetryConfig,
  ) {
    // Of its own, so that whether anybody retries leaves what users ask for as it is.
    this.random = turn.node.random.fork('retries');
    this.budget = new RetryBudget(() => {
      const { retryBudget, retryBucket } = settings();
      return { share: retryBudget === 'off' ? 1 : retryBudget, bucket: retryBucket };
    });
  }

  /** Sends a request until it is answered well, or that is hopeless, or patience ends; `then` is called once. */
  send(site: Site, request: HttpRequest, patienceMs: number, then: (ending: Ending) => void): void {
    const { attemptsMax, attemptMs } = this.settings();
    if (attemptsMax === 1 && attemptMs === 'off') return this.transport.send(site, request, patienceMs, then);
    this.budget.deposit();
    this.attempt({ site, request, untilMs: this.turn.nowMs + patienceMs, then, attempts: 0 });
  }

  view(): unknown {
    const { made, budget } = this;
    return { made, ...(this.settings().retryBudget === 'off' ? {} : { denied: budget.denied }) };
  }

  private attempt(trip: Trip): void {
    const { attemptMs } = this.settings();
    const leftMs = trip.untilMs - this.turn.nowMs;
    trip.attempts++;
    this.transport.send(trip.site, trip.request, attemptMs === 'off' ? leftMs : Math.min(leftMs, attemptMs), (ending) =>
      this.ended(trip, ending),
    );
  }

  private ended(trip: Trip, ending: Ending): void {
    const { turn, settings } = this;
    const config = settings();
    if (trip.attempts >= config.attemptsMax || !mayPass(ending) || !this.maySendAgain(trip.request, ending)) {
      return trip.then(ending);
    }
    const waitMs = backoffOf(trip.attempts, config, this.random.next());
    if (turn.nowMs + waitMs >= trip.untilMs) return trip.then(ending);
    if (config.retryBudget !== 'off' && !this.budget.withdraw()) return trip.then(ending);
    turn.after(waitMs, () => {
      this.made++;
      this.attempt(trip);
    });
  }

  /** What may have been done already is sent again only if twice is the same as once. */
  private maySendAgain({ method }: HttpRequest, ending: Ending): boolean {
    return isIdempotent(method) || (ending.kind === 'problem' && !ending.acted);
  }
}

/** Whether it may be another story in a moment. */
function mayPass(ending: Ending): boolean {
  if (ending.kind === 'problem') return ending.short !== 'no such name' && ending.short !== 'not understood';
  const { status } = ending;
  return status === 502 || status === 503 || status === 504;
}
