/**
 * What stores of single items have in common around what they keep: a request that reads is answered as soon as that is as
 * fresh as it has to be, one that writes once it is decided, and whatever is refused says why in the same words.
 */
import type { Body, Envelope } from '../../kernel/envelope';
import type { Turn } from '../../kernel/machine';
import type { Live } from '../../kernel/tier';
import type { Freshness } from '../../protocols/freshness';
import type { ItemFailure } from '../../protocols/item-store';
import type { Beside, Contents } from './contents';
import type { CopiesConfig } from './settings';
import { ReplicatedStore } from './store';
import type { Ended } from './writes';

/** Why something was not done. */
export class ItemRefusal extends Error {
  override name = 'ItemRefusal';

  constructor(readonly failure: ItemFailure) {
    super(failure.reason);
  }
}

/** Why something was not done, if that is what was thrown. */
export function failureIn(thrown: unknown): ItemFailure | undefined {
  return thrown instanceof ItemRefusal ? thrown.failure : undefined;
}

/** How a store answers. */
export interface ItemWords {
  failure(failure: ItemFailure): Body;
  unknown(reason: string): Body;
}

/** What came of a write, but for where in the log that was. */
export type Decided = Body | ItemFailure;

/** @typeParam Answer what is answered to a command for what stands beside the items. */
export class ItemStore<Answer> {
  readonly copies: ReplicatedStore<Decided, Answer>;

  constructor(
    private readonly turn: Turn<Body, Body>,
    live: Live<CopiesConfig>,
    contents: Contents<Decided>,
    private readonly words: ItemWords,
    beside?: Beside<Answer>,
  ) {
    this.copies = new ReplicatedStore<Decided, Answer>(turn, live, {
      contents,
      ...(beside === undefined ? {} : { beside }),
      refusal: (because, reason, hints) => new ItemRefusal({ because, reason, ...hints }),
      answer: (mail, work) => this.answering(mail, work),
    });
  }

  get ready(): boolean {
    return this.copies.trouble === undefined;
  }

  /** Answers with what `work` finds once it may be told, and with where in the log that is. */
  read(mail: Envelope, freshness: Freshness = 'newest', work: () => Body): void {
    if (!this.isReadyFor(mail)) return;
    this.answering(mail, () => {
      if (freshness === 'newest') this.copies.demandPrimary();
      this.copies.read(mail, freshness, () => {
        const { position, positionTerm: term } = this.copies.member;
        const answer = { position, term, ...work() };
        this.turn.reply(mail, answer);
      });
    });
  }

  /** Has a command decided on and answers with what came of it. */
  write(mail: Envelope, command: () => Uint8Array): void {
    if (!this.isReadyFor(mail)) return;
    this.answering(mail, () => {
      this.copies.demandRoom();
      this.copies.propose(command(), (ended) => this.turn.reply(mail, this.endOf(ended)));
    });
  }

  /** Does what answers; an `ItemRefusal` that it throws is the answer. */
  answering(mail: Envelope, work: () => void): void {
    try {
      work();
    } catch (failure) {
      if (!(failure instanceof ItemRefusal)) throw failure;
      this.turn.reply(mail, this.words.failure(failure.failure));
    }
  }

  /** Whoever asked may have given up already: doing it now would surprise everybody. */
  private isReadyFor(mail: Envelope): boolean {
    const { trouble } = this.copies;
    if (trouble !== undefined) this.turn.reply(mail, this.words.failure(trouble));
    return trouble === undefined && (mail.budgetMs === undefined || mail.budgetMs > 0);
  }

  private endOf(ended: Ended<Decided>): Body {
    if (ended.end === 'unknown') return this.words.unknown(ended.reason);
    if (ended.end === 'superseded') return this.words.failure({ because: 'not-primary', reason: ended.reason });
    const { outcome, position, term } = ended;
    if ('because' in outcome) return this.words.failure(outcome);
    const answer = { position, term, ...outcome };
    return answer;
  }
}
