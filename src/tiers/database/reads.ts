/**
 * Reads, as fresh as they were asked for: the newest at the primary alone, which makes sure that it still is; anything
 * else wherever it can be proven. What cannot be proven is refused, never guessed.
 */
import type { GroupMember } from '../../consensus/group-member/group-member';
import type { Envelope } from '../../kernel/envelope';
import type { Cancel } from '../../kernel/machine';
import type { Live } from '../../kernel/tier';
import type { Freshness } from '../../protocols/sql';
import { Refusal } from './refusal';
import type { DatabaseConfig, DatabaseTurn } from './settings';
import type { Command, Sqlite } from './sqlite';
import { resultOf } from './writes';

/** A read that waits for a position. */
interface Waiting {
  readonly position: number;
  readonly run: () => void;
  readonly cancel: Cancel;
}

/** Whom a refused read is told to ask. */
export type NotPrimary = (reason: string) => Refusal;

export class Reads {
  private waiting: Waiting[] = [];
  private confirming = 0;

  constructor(
    private readonly turn: DatabaseTurn,
    private readonly live: Live<DatabaseConfig>,
    private readonly member: GroupMember,
    private readonly notPrimary: NotPrimary,
    /** Answers a request with what a piece of work gives, or with the `Refusal` that it throws. */
    private readonly answer: (mail: Envelope, work: () => ReturnType<typeof resultOf>) => void,
  ) {}

  get length(): number {
    return this.waiting.length + this.confirming;
  }

  read(sqlite: () => Sqlite, mail: Envelope, command: Command, freshness: Freshness): void {
    const { member } = this;
    const run = (): void =>
      this.answer(mail, () => resultOf(sqlite().read(command), member.position, member.positionTerm));
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
      this.answer(mail, () => {
        throw this.notPrimary(reason);
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
    if (refusal.because === 'full') throw new Refusal('limit', refusal.reason);
    throw this.notPrimary(refusal.reason);
  }

  private await(mail: Envelope, position: number, run: () => void): void {
    if (this.member.position >= position) return run();
    const { freshWaitMs, heldMax } = this.live.now;
    if (this.length >= heldMax) throw new Refusal('limit', `${heldMax} reads wait already`);
    const cancel = this.turn.after(Math.min(freshWaitMs, mail.budgetMs ?? freshWaitMs), () => {
      this.waiting = this.waiting.filter((read) => read !== waiting);
      this.answer(mail, () => {
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

  private stale(reason: string): Refusal {
    return new Refusal('stale', reason, { position: this.member.position });
  }
}
