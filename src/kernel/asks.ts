/**
 * Questions under way: one table from message id to what waits for the answer. A `filter` or a `timeout` per request costs
 * two or three times as much, and leaves a dead timer behind for each.
 */

import type { Body, Cause, Envelope } from './envelope';
import { IdTable } from './id-table';
import { Timer } from './timers';

/** No answer came within the budget; whether the other side acted on the question is unknown. */
export interface Expired {
  readonly expired: true;
  readonly budgetMs: number;
}

/** How a question ended. */
export type Answer<B extends Body = Body> = Envelope<B> | Expired;

/** Tells the two apart, for the type checker as well. */
export function isExpired(answer: Answer): answer is Expired {
  return 'expired' in answer;
}

/** Waits for one answer, and is itself the timer of its deadline. */
class Question<B extends Body> extends Timer {
  constructor(
    readonly id: number,
    readonly budgetMs: number,
    readonly then: (answer: Answer<B>) => void,
    readonly cause: Cause | undefined,
    private readonly asks: Asks<B>,
  ) {
    super();
  }

  override run(): void {
    this.asks.expire(this);
  }
}

/** How questions reach their deadlines: the node's clock, as turns of its life. */
export interface Deadlines {
  arm(timer: Timer, delayMs: number): void;
  disarm(timer: Timer): void;
  readonly cause: Cause | undefined;
  turn(work: () => void, cause: Cause | undefined): void;
}

/** The open questions of one life. */
export class Asks<B extends Body = Body> {
  private readonly open = new IdTable<Question<B>>();

  constructor(private readonly deadlines: Deadlines) {}

  get size(): number {
    return this.open.size;
  }

  wait(id: number, budgetMs: number, then: (answer: Answer<B>) => void): void {
    const question = new Question(id, budgetMs, then, this.deadlines.cause, this);
    this.open.set(id, question);
    this.deadlines.arm(question, budgetMs);
  }

  /** Hands an answer to who asked; false if nobody waits for it (any more). */
  settle(answer: Envelope<B>): boolean {
    const question = answer.re === undefined ? undefined : this.open.take(answer.re);
    if (question === undefined) return false;
    this.deadlines.disarm(question);
    question.then(answer);
    return true;
  }

  /** Stops waiting: the answer, if it comes, is nobody's. */
  forget(id: number): void {
    const question = this.open.take(id);
    if (question !== undefined) this.deadlines.disarm(question);
  }

  /** Stops waiting for everything. */
  clear(): void {
    for (const question of this.open) this.deadlines.disarm(question);
    this.open.clear();
  }

  expire(question: Question<B>): void {
    this.open.take(question.id);
    this.deadlines.turn(() => question.then({ expired: true, budgetMs: question.budgetMs }), question.cause);
  }
}
