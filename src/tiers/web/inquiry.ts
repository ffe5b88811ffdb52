/**
 * One question for the databases, asked of one after the other until somebody answers it: a write of the primary, which
 * those that are not name; a read of whoever is well. A write that may have been done is never asked again.
 */
import { type Answer, isExpired } from '../../kernel/asks';
import type { KernelAnswer } from '../../kernel/control';
import type { NodeId } from '../../kernel/envelope';
import type { Freshness, SqlExecute, SqlTransaction } from '../../protocols/sql';
import type { WebIn, WebTurn } from './conversation';
import type { Databases } from './databases';

type Reply = Answer<WebIn | KernelAnswer>;

/** Part of the time that a read gives to one copy while there are others. */
const patience = 0.4;

export class Inquiry {
  private readonly tried: NodeId[] = [];
  private readonly untilMs: number;
  private readonly isRead: boolean;
  private readonly question: SqlExecute | SqlTransaction;
  /** The last one that gave no answer. */
  private failed: { readonly answer: Reply; readonly database: NodeId } | undefined;

  constructor(
    private readonly turn: WebTurn,
    private readonly databases: Databases,
    question: SqlExecute | SqlTransaction,
    private readonly freshness: Freshness,
    budgetMs: number,
  ) {
    this.untilMs = turn.nowMs + budgetMs;
    this.isRead = question.kind === 'sql.execute';
    const isNewest = freshness === 'newest';
    this.question = question.kind === 'sql.execute' && !isNewest ? { ...question, freshness } : question;
  }

  /** @param then called once, with the last answer and who gave it. */
  begin(then: (answer: Reply, database: NodeId) => void): void {
    const first = this.choose();
    if (first !== undefined) this.ask(first, this.untilMs - this.turn.nowMs, then);
  }

  private ask(database: NodeId, leftMs: number, then: (answer: Reply, database: NodeId) => void): void {
    this.tried.push(database);
    const isLast = !this.isRead || !this.databases.hasOthersThan(this.tried);
    const budgetMs = isLast ? leftMs : leftMs * patience;
    this.turn.ask(database, this.question, budgetMs, (answer) => {
      const next = this.after(answer, database);
      const stillMs = next === undefined ? 0 : this.untilMs - this.turn.nowMs;
      if (next !== undefined && stillMs > 0) return this.ask(next, stillMs, then);
      // Not that a replica knows a primary, but that this primary failed, is what the user should hear.
      const { failed } = this;
      if (failed !== undefined && isReferral(answer, failed.database)) then(failed.answer, failed.database);
      else then(answer, database);
    });
  }

  /** Who is to be asked now; nobody when this is an answer, or when asking again might do it twice. */
  private after(answer: Reply, database: NodeId): NodeId | undefined {
    const { databases, turn } = this;
    if (isExpired(answer)) {
      this.failed = { answer, database };
      databases.failed(database, turn.nowMs);
      return this.isRead ? this.choose() : undefined;
    }
    const { body } = answer;
    if (body.kind === 'refused') {
      this.failed = { answer, database };
      databases.failed(database, turn.nowMs);
      return this.isRead || body.because !== 'reset' ? this.choose() : undefined;
    }
    databases.answered(database);
    if (body.kind === 'sql.result' && !this.isRead) databases.named(database);
    if (body.kind !== 'sql.failure') return undefined;
    switch (body.because) {
      case 'not-primary':
        return this.followTo(body.primary);
      case 'starting':
      case 'stale':
      case 'disk':
        return this.choose();
      default:
        return undefined;
    }
  }

  /** To whom a replica sends us; where it knows nobody, perhaps another one does. */
  private followTo(primary: NodeId | undefined): NodeId | undefined {
    if (primary === undefined) return this.choose();
    this.databases.named(primary);
    return this.tried.includes(primary) ? undefined : primary;
  }

  private choose(): NodeId | undefined {
    return this.databases.choose(this.freshness !== 'newest' && this.isRead, this.tried, this.turn.nowMs);
  }
}

function isReferral(answer: Reply, to: NodeId): boolean {
  return !isExpired(answer) && answer.body.kind === 'sql.failure' && answer.body.primary === to;
}
