/**
 * One request from its plan to its response: does what the plan says, one thing after the other and in the time that is
 * left, and makes of every failure behind it a status with its reason.
 */
import { catchError, map, of } from 'rxjs';
import type { Copies } from '../../consensus/asking/copies';
import { Inquiry } from '../../consensus/asking/inquiry';
import { storeManner } from '../../consensus/asking/store-manner';
import { isExpired } from '../../kernel/asks';
import type { KernelAnswer } from '../../kernel/control';
import type { CacheRing } from '../../protocols/cache-ring';
import { budgetBelow, type HttpRequest, type HttpResponse, isSafe, positionHeader } from '../../protocols/http';
import { problemResponse } from '../../protocols/http-problem';
import {
  type Freshness,
  type SqlExecute,
  type SqlFailure,
  type SqlResult,
  type SqlTransaction,
  statementFaults,
} from '../../protocols/sql';
import type { Caching } from './caching';
import { type Heard, Write } from './caching/strategy';
import type { CacheAnswer, WebIn, WebTurn } from './conversation';
import type { AskCache, AskDatabase, AskKv, Plan, Work } from './plan';

/** What all errands of one server share. */
export interface Means {
  readonly turn: WebTurn;
  readonly databases: Copies;
  /** How rows are cached. */
  readonly caching: Caching;
  /** The cache servers and the key-value store where sessions are, as far as they are there. */
  readonly sessionCaches: CacheRing;
  readonly sessionStore: Copies;
}

type Said = WebIn | KernelAnswer;

export class Errand {
  /**
   * @param freshness of what is read, where the plan does not say.
   * @param then called once, with the response.
   */
  constructor(
    private readonly means: Means,
    private readonly request: HttpRequest,
    private readonly freshness: Freshness,
    private readonly untilMs: number,
    private readonly then: (response: HttpResponse) => void,
  ) {}

  carryOut(plan: Plan): void {
    switch (plan.kind) {
      case 'http.response':
        return this.then(plan);
      case 'ask':
        return this.ask(plan);
      case 'ask-cache':
        return this.askCache(plan);
      case 'ask-kv':
        return this.askKv(plan);
      case 'work':
        return this.work(plan);
    }
  }

  private ask(plan: AskDatabase): void {
    const { databases, caching } = this.means;
    if (databases.isEmpty) return this.fail(503, 'the site has no database');
    const leftMs = this.leftFor('the database');
    if (leftMs === undefined) return;
    const freshness = plan.freshness ?? this.freshness;
    const { cached, question } = plan;
    if (cached !== undefined && question.kind === 'sql.execute' && caching.serves(freshness)) {
      return this.readCached(plan, cached, question, freshness);
    }
    const { changes } = plan;
    if (changes !== undefined) return this.write(plan, freshness, changes);
    this.inquire(plan, freshness, leftMs, (answer, database) => this.carryOut(this.conclude(plan, answer, database)));
  }

  /** Changes rows that a cache may hold: there, where the strategy is such and the plan can be, or in the database. */
  private write(plan: AskDatabase, freshness: Freshness, changes: (result?: SqlResult) => readonly string[]): void {
    const { caching } = this.means;
    const direct = (): void =>
      caching.before(changes(), this.untilMs, () => {
        const leftMs = this.leftFor('the database');
        if (leftMs === undefined) return;
        this.inquire(plan, freshness, leftMs, (answer, database) => {
          caching.wrote(new Write(plan, answer, this.untilMs), (problem) => {
            if (problem !== undefined) return this.fail(504, `it is done in the database, and ${problem}`);
            this.carryOut(this.conclude(plan, answer, database));
          });
        });
      });
    const { behind } = plan;
    if (behind === undefined) return direct();
    caching.write({
      change: behind,
      untilMs: this.untilMs,
      query: (then) => {
        const leftMs = this.leftFor('the database');
        if (leftMs !== undefined) this.inquire({ ...plan, question: behind.read }, 'newest', leftMs, then);
      },
      done: (result, server) => this.carryOut(this.shown(plan, result, server)),
      direct,
      queried: (answer, database) => this.carryOut(this.conclude(plan, answer, database)),
      fail: (status, reason, isUnknown) => this.fail(status, isUnknown ? `${reason}${this.mayBeDone}` : reason),
    });
  }

  private readCached(plan: AskDatabase, key: string, question: SqlExecute, freshness: Freshness): void {
    this.means.caching.read({
      key,
      question,
      from: typeof freshness === 'object' && 'position' in freshness ? freshness.position : 0,
      isNewest: freshness === 'newest' || (typeof freshness === 'object' && 'withinMs' in freshness),
      untilMs: this.untilMs,
      query: (whom, then) => {
        const leftMs = this.leftFor('the database');
        if (leftMs !== undefined) this.inquire(plan, whom === 'primary' ? 'newest' : freshness, leftMs, then);
      },
      found: (result, server) => this.carryOut(this.shown(plan, result, server)),
      queried: (answer, database) => this.carryOut(this.conclude(plan, answer, database)),
    });
  }

  private inquire(
    { question }: AskDatabase,
    freshness: Freshness,
    leftMs: number,
    then: (answer: Heard, database: string) => void,
  ): void {
    const { turn, databases } = this.means;
    const manner = storeManner(question.kind === 'sql.transaction', freshness);
    new Inquiry(turn, databases, withFreshness(question, freshness), manner, leftMs).begin(then);
  }

  private shown(plan: AskDatabase, result: SqlResult, whose: string): Plan {
    return this.positioned(plan.respond(result, `${whose}, ${this.self}`), result);
  }

  private conclude(plan: AskDatabase, answer: Heard, database: string): Plan {
    if (isExpired(answer)) return this.silent(database, answer.budgetMs);
    const { body } = answer;
    switch (body.kind) {
      case 'sql.result':
        return this.shown(plan, body, database);
      case 'sql.failure':
        return (
          plan.orElse?.(body, `${database}, ${this.self}`) ??
          this.problem(statusOf(body), `${database}: ${body.reason}`)
        );
      case 'sql.unknown':
        return this.problem(504, `${database}: ${body.reason}${this.mayBeDone}`);
      default:
        return this.useless(body, database);
    }
  }

  /** What was asked of a cache server may be asked again: nothing of it adds up. */
  private askCache({ request, respond }: AskCache): void {
    const { turn, sessionCaches } = this.means;
    const server = sessionCaches.serverOf(request.key);
    if (server === undefined) return this.fail(503, 'sessions are kept on cache servers, and the site has none');
    const leftMs = this.leftFor(server);
    if (leftMs === undefined) return;
    turn.ask(server, request, leftMs, (answer) => {
      if (isExpired(answer)) return this.carryOut(this.silent(server, answer.budgetMs));
      const { body } = answer;
      if (!isOfCache(body)) return this.carryOut(this.useless(body, server));
      this.carryOut(respond(body, (status, reason) => this.problem(status, `${server}: ${reason}`)));
    });
  }

  private askKv({ request, respond, orElse }: AskKv): void {
    const { turn, sessionStore } = this.means;
    if (sessionStore.isEmpty) return this.fail(503, 'sessions are kept in a key-value store, and the site has none');
    const leftMs = this.leftFor('the store of sessions');
    if (leftMs === undefined) return;
    const manner = storeManner(request.kind !== 'kv.get', 'newest');
    new Inquiry(turn, sessionStore, request, manner, leftMs).begin((answer, store) => {
      if (isExpired(answer)) return this.carryOut(this.silent(store, answer.budgetMs));
      const { body } = answer;
      if (body.kind === 'kv.item' || body.kind === 'kv.done') return this.carryOut(respond(body));
      if (body.kind === 'kv.failure') {
        return this.carryOut(orElse?.(body) ?? this.problem(503, `${store}: ${body.reason}`));
      }
      if (body.kind === 'kv.unknown') return this.fail(504, `${store}: ${body.reason}${this.mayBeDone}`);
      this.carryOut(this.useless(body, store));
    });
  }

  private work({ job, respond }: Work): void {
    const { turn } = this.means;
    const worked = turn.node.work(job).pipe(
      map((result) => respond(result)),
      catchError((failure: unknown) =>
        of(this.problem(503, `${job.name}: ${failure instanceof Error ? failure.message : String(failure)}`)),
      ),
      map((plan) => this.carryOut(plan)),
    );
    turn.during(worked);
  }

  /**
   * Where there are copies, a device learns how new the data is that it has seen, so that it can ask for no older. Behind
   * a router there are several logs, and a place in one of them says nothing of the others.
   */
  private positioned(plan: Plan, { position, route }: SqlResult): Plan {
    if (plan.kind !== 'http.response' || !this.means.databases.isReplicated || route !== undefined) return plan;
    return { ...plan, headers: { ...plan.headers, [positionHeader]: String(position) } };
  }

  /** Time for one question, in milliseconds; where none is left that is the response. */
  private leftFor(whom: string): number | undefined {
    const leftMs = this.untilMs - this.means.turn.nowMs;
    if (leftMs > 0) return budgetBelow(leftMs);
    this.fail(504, `no time was left to ask ${whom}`);
    return undefined;
  }

  private silent(whom: string, budgetMs: number): HttpResponse {
    return this.problem(504, `${whom} did not answer within ${Math.round(budgetMs)} ms${this.mayBeDone}`);
  }

  /** It came through, or did not, and is no answer to this. */
  private useless(body: Said, whom: string): HttpResponse {
    if (body.kind === 'refused') return this.problem(body.because === 'reset' ? 502 : 503, body.reason);
    if (body.kind === 'error') return this.problem(500, `${whom}: ${body.reason}`);
    return this.problem(502, `${whom} answered ${body.kind}`);
  }

  private get mayBeDone(): string {
    return isSafe(this.request.method) ? '' : '; it may have been done all the same';
  }

  private get self(): string {
    return this.means.turn.node.self;
  }

  private fail(status: number, reason: string): void {
    this.then(this.problem(status, reason));
  }

  private problem(status: number, reason: string): HttpResponse {
    return problemResponse(this.request, status, reason, this.self);
  }
}

/** By its kind alone: the kernel has checked it against what the tier accepts. */
function isOfCache(body: Said): body is CacheAnswer {
  return body.kind.startsWith('cache.');
}

function withFreshness(question: SqlExecute | SqlTransaction, freshness: Freshness): SqlExecute | SqlTransaction {
  return question.kind === 'sql.execute' && freshness !== 'newest' ? { ...question, freshness } : question;
}

/** What the client can do about it: nothing but wait (503), or the site has a fault (500). */
function statusOf({ because }: SqlFailure): number {
  if (because === 'constraint') return 409;
  return statementFaults.has(because) ? 500 : 503;
}
