/** A few numbers tell of two logs what comparing them entry by entry would tell. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TermHistory } from './term-history';

const steps = fc.array(fc.nat({ max: 2 }), { maxLength: 12 });

/** Terms that never fall, and after the common part are even here and odd there: no leader made entries of both. */
const twoLogs = fc.record({ common: steps, mine: steps, theirs: steps }).map(({ common, mine, theirs }) => {
  const shared = grown(0, common, 1);
  const last = 2 * (shared[shared.length - 1] ?? 0);
  return {
    agreed: shared.length,
    mine: [...shared.map((term) => 2 * term), ...grown(last + 2, mine, 2)],
    theirs: [...shared.map((term) => 2 * term), ...grown(last + 1, theirs, 2)],
  };
});

function grown(from: number, by: readonly number[], factor: number): number[] {
  let term = from;
  return by.map((step) => {
    term += factor * step;
    return term;
  });
}

function historyOf(terms: readonly number[]): TermHistory {
  const history = new TermHistory([]);
  for (const [place, term] of terms.entries()) history.append({ what: 'start', index: place + 1, term });
  return history;
}

test('two logs agree exactly as far as their histories say, also after one was cut', () => {
  fc.assert(
    fc.property(twoLogs, fc.nat({ max: 24 }), ({ agreed, mine, theirs }, cut) => {
      const history = historyOf(mine);
      history.truncateFrom(cut + 1);
      const length = Math.min(cut, mine.length);
      const upTo = Math.min(length, theirs.length);
      assert.equal(history.agreesWith(historyOf(theirs), upTo), Math.min(agreed, upTo));
      assert.equal(historyOf(theirs).agreesWith(history, upTo), Math.min(agreed, upTo));
    }),
    { seed: 1 },
  );
});

test('the term of every entry, and the last entry within a term, are those of the log', () => {
  fc.assert(
    fc.property(twoLogs, fc.nat({ max: 24 }), fc.nat({ max: 60 }), ({ mine }, at, term) => {
      const index = Math.min(at, mine.length);
      const history = new TermHistory(historyOf(mine).upTo(mine.length));
      assert.equal(history.termAt(index), mine[index - 1] ?? 0);
      const within = mine.slice(0, index).filter((one) => one <= term).length;
      assert.equal(history.lastWithin(index, term), within);
    }),
    { seed: 1 },
  );
});

test('what lies too far back counts as the same everywhere', () => {
  const long = historyOf(Array.from({ length: 1_500 }, (_, place) => place));
  const short = new TermHistory(long.upTo(1_500));
  assert.deepEqual([short.termAt(500), short.termAt(501)], [undefined, 500]);
  assert.equal(short.agreesWith(historyOf([7]), 1), 1);
});

test('the newest leader that was forced upon the group is known until its entries are cut off', () => {
  const history = historyOf([1, 1]);
  history.append({ what: 'start', index: 3, term: 2, isForced: true });
  history.append({ what: 'start', index: 4, term: 3 });
  assert.equal(new TermHistory(history.upTo(4)).forcedTerm, 2);
  history.truncateFrom(3);
  assert.equal(history.forcedTerm, 0);
});
