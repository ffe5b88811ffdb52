/**
 * Writes on their way: proposed, not yet decided. Nobody hears "done" before the entry is applied at its place, and
 * nobody hears "not done" before another is.
 */
import type { Envelope } from '../../kernel/envelope';
import type { Entry } from '../../protocols/raft';
import type { SqlResult } from '../../protocols/sql';
import { Refusal } from './refusal';
import type { DatabaseTurn } from './settings';
import type { Outcome } from './state';

interface Pending {
  readonly mail: Envelope;
  readonly term: number;
}

export class Writes {
  private readonly pending = new Map<number, Pending>();

  constructor(private readonly turn: DatabaseTurn) {}

  get length(): number {
    return this.pending.size;
  }

  /** A write was proposed at an index in a term. */
  wait(mail: Envelope, index: number, term: number): void {
    this.pending.set(index, { mail, term });
  }

  /** What was decided at the place of an entry, once it was applied; the outcome is a `Refusal` where it failed. */
  settle({ index, term }: Entry, outcome: Outcome | Refusal | undefined): void {
    const waiting = this.pending.get(index);
    if (waiting === undefined) return;
    this.pending.delete(index);
    const { mail } = waiting;
    if (waiting.term !== term || outcome === undefined) {
      const reason = `another primary decided on another write at ${index}`;
      this.turn.reply(mail, { kind: 'sql.failure', because: 'not-primary', reason });
    } else if (outcome instanceof Refusal) {
      this.turn.reply(mail, outcome.body);
    } else {
      this.turn.reply(mail, resultOf(outcome, index, term));
    }
  }

  /** Those of an earlier term, or all: who proposed them leads no more, and what becomes of them is others' business. */
  giveUp(before: number, reason: string): void {
    if (this.pending.size === 0) return;
    for (const [index, { mail, term }] of this.pending) {
      if (term >= before) continue;
      this.pending.delete(index);
      this.turn.reply(mail, { kind: 'sql.unknown', reason });
    }
  }
}

/** What an effect is as an answer that reflects the log up to a position. */
export function resultOf(outcome: Outcome, position: number, term: number): SqlResult {
  const { columns, rows, changes, lastId, writeId, recoveredBefore } = outcome;
  const result = { kind: 'sql.result', columns, rows, changes, lastId, position, term } as const;
  if (recoveredBefore !== undefined) return { recoveredBefore, ...result };
  return writeId === undefined
    ? result
    : { kind: 'sql.result', columns, rows, changes, lastId, position, term, writeId };
}
