/**
 * What comes back from the database: effects as answers, refusals as answers.
 */
import type { Envelope } from '../../kernel/envelope';
import type { SqlResult } from '../../protocols/sql';
import { refusalOf } from './refusal';
import type { DatabaseTurn } from './settings';
import type { Outcome } from './state';

/** What an effect is as an answer that reflects the log up to a position. */
export function resultOf(outcome: Outcome, position: number, term: number): SqlResult {
  const { columns, rows, changes, lastId, writeId, recoveredBefore } = outcome;
  const result = { kind: 'sql.result', columns, rows, changes, lastId, position, term } as const;
  if (recoveredBefore !== undefined) return { recoveredBefore, ...result };
  return writeId === undefined
    ? result
    : { kind: 'sql.result', columns, rows, changes, lastId, position, term, writeId };
}

/** Does what answers; a `Refusal` that it throws is the answer. */
export function answering(turn: DatabaseTurn, mail: Envelope, work: () => void): void {
  try {
    work();
  } catch (failure) {
    const refusal = refusalOf(failure);
    turn.reply(mail, mail.body.kind.startsWith('shards.') ? refusal.asShard : refusal.body);
  }
}
