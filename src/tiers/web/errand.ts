/**
 * One request from its plan to its response: does what the plan says, one thing after the other and in the time that is
 * left, and makes of every failure behind it a status with its reason.
 */
import type { Copies } from '../../consensus/asking/copies';
import { Inquiry } from '../../consensus/asking/inquiry';
import { storeManner } from '../../consensus/asking/store-manner';
import { type Answer, isExpired } from '../../kernel/asks';
import type { KernelAnswer } from '../../kernel/control';
import { budgetBelow, type HttpRequest, type HttpResponse, isSafe, positionHeader } from '../../protocols/http';
import { problemResponse } from '../../protocols/http-problem';
import type { Freshness, SqlExecute, SqlFailure, SqlResult, SqlTransaction } from '../../protocols/sql';
import type { WebIn, WebTurn } from './conversation';
import type { AskDatabase, Plan } from './plan';

/** What all errands of one server share. */
export interface Means {
  readonly turn: WebTurn;
  readonly databases: Copies;
}

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
    if (plan.kind === 'http.response') return this.then(plan);
    this.ask(plan);
  }

  private ask(plan: AskDatabase): void {
    const { turn, databases } = this.means;
    if (databases.isEmpty) return this.fail(503, 'the site has no database');
    const leftMs = this.untilMs - turn.nowMs;
    if (leftMs <= 0) return this.fail(504, 'no time was left to ask the database');
    const freshness = plan.freshness ?? this.freshness;
    const question = withFreshness(plan.question, freshness);
    const manner = storeManner(question.kind === 'sql.transaction', freshness);
    new Inquiry(turn, databases, question, manner, budgetBelow(leftMs)).begin((answer, database) =>
      this.carryOut(this.conclude(plan, answer, database)),
    );
  }

  private conclude(plan: AskDatabase, answer: Answer<WebIn | KernelAnswer>, database: string): Plan {
    const mayBeDone = isSafe(this.request.method) ? '' : '; it may have been done all the same';
    if (isExpired(answer)) {
      const silent = `${database} did not answer within ${Math.round(answer.budgetMs)} ms`;
      return this.problem(504, `${silent}${mayBeDone}`);
    }
    const { body } = answer;
    const via = `${database}, ${this.means.turn.node.self}`;
    switch (body.kind) {
      case 'sql.result':
        return this.positioned(plan.respond(body, via), body);
      case 'sql.failure':
        return plan.orElse?.(body, via) ?? this.problem(statusOf(body), `${database}: ${body.reason}`);
      case 'sql.unknown':
        return this.problem(504, `${database}: ${body.reason}${mayBeDone}`);
      case 'refused':
        return this.problem(body.because === 'reset' ? 502 : 503, body.reason);
      case 'error':
        return this.problem(500, `${database}: ${body.reason}`);
      default:
        return this.problem(502, `${database} answered ${body.kind}`);
    }
  }

  /**
   * Where there are copies, a device learns how new the data is that it has seen, so that it can ask for no older. Behind
   * a router there are several logs, and a place in one of them says nothing of the others.
   */
  private positioned(plan: Plan, { position, route }: SqlResult): Plan {
    if (plan.kind !== 'http.response' || !this.means.databases.isReplicated || route !== undefined) return plan;
    return { ...plan, headers: { ...plan.headers, [positionHeader]: String(position) } };
  }

  private fail(status: number, reason: string): void {
    this.then(this.problem(status, reason));
  }

  private problem(status: number, reason: string): HttpResponse {
    return problemResponse(this.request, status, reason, this.means.turn.node.self);
  }
}

function withFreshness(question: SqlExecute | SqlTransaction, freshness: Freshness): SqlExecute | SqlTransaction {
  return question.kind === 'sql.execute' && freshness !== 'newest' ? { ...question, freshness } : question;
}

const faults: ReadonlySet<SqlFailure['because']> = new Set([
  'syntax',
  'not-allowed',
  'not-deterministic',
  'wrong-shard',
  'cross-shard',
  'not-distributable',
]);

/** What the client can do about it: nothing but wait (503), or the site has a fault (500). */
function statusOf({ because }: SqlFailure): number {
  if (because === 'constraint') return 409;
  return faults.has(because) ? 500 : 503;
}
