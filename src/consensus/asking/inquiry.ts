/**
 * One question for a pool, asked of one after the other until somebody answers it: a write of the primary, which those
 * that are not name; a read of whoever is well. A write that may have been done is never asked again.
 */
import { type Answer, isExpired } from '../../kernel/asks';
import type { KernelAnswer, Refused } from '../../kernel/control';
import type { Body, NodeId } from '../../kernel/envelope';
import type { Cancel, Turn } from '../../kernel/machine';
import type { Copies } from './copies';

/** What an answer of a copy means: it is the answer, somebody else is to be asked, or one whom it may name leads. */
export type Verdict = 'answer' | 'done' | 'alike' | 'elsewhere' | { readonly primary: NodeId | undefined };

/** How a question may be asked. */
export interface Manner {
  /** Asking it twice does no harm. */
  readonly isRead: boolean;
  readonly mayBeReplica: boolean;
  /** `done` says that only a primary can have given it, `alike` that there is none in this pool. */
  judge(body: Body): Verdict;
}

/** Part of the time that a read gives to one copy while there are others. */
const patience = 0.4;

export class Inquiry<In extends Body, Out extends Body> {
  private readonly tried: NodeId[] = [];
  private readonly untilMs: number;
  /** The last one that gave no answer. */
  private failed: { readonly answer: Answer<In | KernelAnswer>; readonly copy: NodeId } | undefined;
  private open: Cancel | undefined;

  constructor(
    private readonly turn: Turn<In, Out>,
    private readonly copies: Copies,
    private readonly question: Out,
    private readonly manner: Manner,
    budgetMs: number,
  ) {
    this.untilMs = turn.nowMs + budgetMs;
  }

  /**
   * Asks, unless the pool is empty.
   *
   * @param then called once, with the last answer and who gave it.
   */
  begin(then: (answer: Answer<In | KernelAnswer>, copy: NodeId) => void): void {
    const first = this.choose();
    if (first !== undefined) this.ask(first, this.untilMs - this.turn.nowMs, then);
  }

  /** Nobody wants to know any more. */
  cancel(): void {
    this.open?.();
  }

  private ask(copy: NodeId, leftMs: number, then: (answer: Answer<In | KernelAnswer>, copy: NodeId) => void): void {
    this.tried.push(copy);
    const isLast = !this.manner.isRead || !this.copies.hasOthersThan(this.tried);
    const budgetMs = isLast ? leftMs : leftMs * patience;
    this.open = this.turn.ask(copy, this.question, budgetMs, (answer) => {
      const next = this.after(answer, copy);
      const stillMs = next === undefined ? 0 : this.untilMs - this.turn.nowMs;
      if (next !== undefined && stillMs > 0) return this.ask(next, stillMs, then);
      // Not that a replica knows a primary, but that this primary failed, is what the user should hear.
      const { failed } = this;
      if (failed !== undefined && this.refersTo(answer, failed.copy)) then(failed.answer, failed.copy);
      else then(answer, copy);
    });
  }

  /** Who is to be asked now; nobody when this is an answer, or when asking again might do it twice. */
  private after(answer: Answer<In | KernelAnswer>, copy: NodeId): NodeId | undefined {
    const { copies, turn, manner } = this;
    if (isExpired(answer)) {
      this.failed = { answer, copy };
      copies.failed(copy, turn.nowMs);
      return manner.isRead ? this.choose() : undefined;
    }
    const { body } = answer;
    if (isRefused(body)) {
      this.failed = { answer, copy };
      copies.failed(copy, turn.nowMs);
      return manner.isRead || body.because !== 'reset' ? this.choose() : undefined;
    }
    copies.answered(copy);
    const verdict = manner.judge(body);
    if (verdict === 'answer') return undefined;
    if (verdict === 'done') copies.named(copy);
    else if (verdict === 'alike') copies.alike();
    else return verdict === 'elsewhere' ? this.choose() : this.followTo(verdict.primary);
    return undefined;
  }

  /** To whom a replica sends us; where it knows nobody, perhaps another one does. */
  private followTo(primary: NodeId | undefined): NodeId | undefined {
    if (primary === undefined) return this.choose();
    this.copies.named(primary);
    return this.tried.includes(primary) ? undefined : primary;
  }

  private choose(): NodeId | undefined {
    return this.copies.choose(this.manner.mayBeReplica, this.tried, this.turn.nowMs);
  }

  private refersTo(answer: Answer<In | KernelAnswer>, to: NodeId): boolean {
    if (isExpired(answer) || isRefused(answer.body)) return false;
    const verdict = this.manner.judge(answer.body);
    return typeof verdict === 'object' && verdict.primary === to;
  }
}

function isRefused(body: Body): body is Refused {
  return body.kind === 'refused';
}
