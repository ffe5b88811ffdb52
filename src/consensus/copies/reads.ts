/**
 * Reads, as fresh as they were asked for: the newest at the primary alone, which makes sure that it still is; anything
 * else wherever it can be proven. What cannot be proven is refused, never guessed.
 */
import type { Envelope } from '../../kernel/envelope';
import type { Cancel } from '../../kernel/machine';
import type { Live } from '../../kernel/tier';
import type { Freshness } from '../../protocols/freshness';
import type { GroupMember } from '../group-member/group-member';
import type { CopyHints, CopyReason } from './contents';
import type { CopiesTurn } from './conversation';
import type { CopiesConfig } from './settings';

/** A read that waits for a position. */
interface Waiting {
  readonly position: number;
  readonly run: () => void;
  readonly cancel: Cancel;
}

/** What its store says in its own words. */
export interface Reader {
  /** Why a read is refused, as what is thrown. */
  refusal(because: CopyReason, reason: string, hints?: CopyHints): Error;
  /** Whom somebody is told to ask who wants the newest here, as what is thrown. */
  notPrimary(reason: string): Error;
  /** Answers with what a piece of work answers, or with what it throws as a refusal. */
  answer(mail: Envelope, work: () => void): void;
}

export class Reads {
  private waiting: Waiting[] = [];
  private confirming = 0;

  constructor(
    private readonly turn: CopiesTurn,
    private readonly live: Live<Pick<CopiesConfig, 'freshWaitMs' | 'heldMax'>>,
    private readonly member: GroupMember,
    private readonly reader: Reader,
  ) {}

  get length(): number {
    return this.waiting.length + this.confirming;
  }

  /** Runs what reads and answers, now or later. Throws a refusal where that is clear at once. */
  read(mail: Envelope, freshness: Freshness, work: () => void): void {
    const { member } = this;
    const run = (): void => this.reader.answer(mail, work);
    if (freshness === 'any' || (freshness === 'newest' && member.canReadNow)) return run();
    if (freshness === 'newest') return this.confirm(mail, run);
    if ('position' in freshness) return this.await(mail, freshness.position, run);
    return this.within(mail, freshness.withinMs, run);
  }

  /** More of the log is applied. */
  moved(): void {
    if (this.waiting.length === 0) return;
    const { position } = this.member;
    const ready = this.waiting.filter((read) => read.position <= position);
    if (ready.length === 0) return;
    this.waiting = this.waiting.filter((read) => read.position > position);
    for (const { cancel, run } of ready) {
      cancel();
      run();
    }
  }

  /** Nobody may tell what is newest who has not made sure, after the question, that nobody else leads. */
  private confirm(mail: Envelope, run: () => void): void {
    const refuse = (reason: string): void =>
      this.reader.answer(mail, () => {
        throw this.reader.notPrimary(reason);
      });
    let isOver = false;
    this.confirming++;
    const refusal = this.member.read((granted) => {
      isOver = true;
      this.confirming--;
      if (granted) run();
      else refuse('this copy is not the primary any more');
    });
    if (refusal === undefined || isOver) return;
    this.confirming--;
    if (refusal.because === 'full') throw this.reader.refusal('limit', refusal.reason);
    throw this.reader.notPrimary(refusal.reason);
  }

  private await(mail: Envelope, position: number, run: () => void): void {
    if (this.member.position >= position) return run();
    const { freshWaitMs, heldMax } = this.live.now;
    if (this.length >= heldMax) throw this.reader.refusal('limit', `${heldMax} reads wait already`);
    const cancel = this.turn.after(Math.min(freshWaitMs, mail.budgetMs ?? freshWaitMs), () => {
      this.waiting = this.waiting.filter((read) => read !== waiting);
      this.reader.answer(mail, () => {
        throw this.stale(`this copy has everything up to ${this.member.position}, not up to ${position}`);
      });
    });
    const waiting: Waiting = { position, run, cancel };
    this.waiting.push(waiting);
  }

  private within(mail: Envelope, withinMs: number, run: () => void): void {
    const { member, turn } = this;
    if (member.canReadNow) return run();
    if (member.isServing) return this.confirm(mail, run);
    const ageMs = turn.nowMs - member.provenAtMs;
    if (ageMs <= withinMs) return run();
    const known = `knows everything up to ${Math.ceil(ageMs)} ms ago, not up to ${withinMs} ms ago`;
    throw this.stale(`this copy ${Number.isFinite(ageMs) ? known : 'cannot tell how old its data is'}`);
  }

  private stale(reason: string): Error {
    return this.reader.refusal('stale', reason, { position: this.member.position });
  }
}
