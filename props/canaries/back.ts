/** Cache servers that lose writes which they had acknowledged, and say nothing, or report what is not lost. */
import type { SqlTransaction } from '../../src/protocols/sql';
import { DirtyRows } from '../../src/tiers/cache/dirty';
import { Noting } from '../../src/tiers/cache/noting';
import { back } from '../caching/back';
import { type Canary, canary } from './canary';
import { sabotage, sabotageHidden } from './sabotage';

const claim = back({ seed: 1, runs: 60 });

const flushesNothing = sabotageHidden(DirtyRows.prototype, 'ask', () => (_order, then) => {
  const done = { kind: 'sql.result', columns: [], rows: [], changes: 1, lastId: 0, position: 0 };
  if (typeof then === 'function') then(done);
});

const notesLate = sabotage(
  Noting.prototype,
  'note',
  (note) =>
    function (this: Noting, seq, id, key, told) {
      told({ server: 'cache-1', book: 0 });
      const later: unknown = Reflect.get(this, 'turn');
      if (isTurn(later)) later.after(40, () => note.call(this, seq, id, key, () => undefined));
    },
);

const tellsOnlyWhatIsNew = sabotageHidden(
  Noting.prototype,
  'say',
  (say) =>
    function (book, lines, rest) {
      const isNew = (line: unknown): boolean => isRecord(line) && line['told'] !== undefined;
      const some = isRecord(rest) && rest['begins'] === true && Array.isArray(lines) ? lines.filter(isNew) : lines;
      return Reflect.apply(say, this, [book, some, rest]);
    },
);

const writesOverAll = sabotageHidden(
  DirtyRows.prototype,
  'ask',
  (ask) =>
    function (order, then) {
      return Reflect.apply(ask, this, [isTransaction(order) ? unguarded(order) : order, then]);
    },
);

const neverCrossesOut = sabotage(
  Noting.prototype,
  'end',
  (end) =>
    function (this: Noting, seqs, isConflict, then) {
      if (isConflict) end.call(this, seqs, isConflict, then);
    },
);

function unguarded(order: SqlTransaction): SqlTransaction {
  return { ...order, statements: order.statements.filter(({ statement }) => !statement.includes('NOT EXISTS')) };
}

function isTransaction(value: unknown): value is SqlTransaction {
  return isRecord(value) && value['kind'] === 'sql.transaction';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isTurn(value: unknown): value is { after(delayMs: number, then: () => void): void } {
  return isRecord(value) && typeof value['after'] === 'function';
}

export const backCanaries: readonly Canary[] = [
  canary('a write-back that acknowledges a flush it did not do', claim, flushesNothing, 'not reported'),
  canary('a write-back that notes a write after it has acknowledged it', claim, notesLate, 'not reported'),
  canary('a write-back that tells a new ledger only what is new', claim, tellsOnlyWhatIsNew, 'not reported'),
  canary('a flush that writes over whatever is there', claim, writesOverAll, 'not reported'),
  canary('a ledger in which nothing is crossed out', claim, neverCrossesOut, 'stays in the book', 'not lost'),
];
