/** The judge must be fair: it finds what is wrong, keeps to it while shrinking, and is not taken in by empty cases. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Claim, demand, type Finding, judge, Violation, vacuousRuns } from './judge';

function claimOf(attempt: (drawn: readonly number[]) => Finding): Claim<readonly number[]> {
  const draw = fc.array(fc.nat({ max: 1_000 }), { maxLength: 20 });
  return {
    name: 'numbers are nice',
    seed: 42,
    runs: 100,
    draw,
    attempt,
    show: (drawn) => ({ lines: drawn.map(String) }),
  };
}

describe('a claim on trial', () => {
  test('one that holds is tried in full', () => {
    let tried = 0;
    const judgement = demand(claimOf(() => void tried++));
    assert.equal(judgement.runs, 100);
    assert.equal(tried, 100);
  });

  test('one that does not is shrunk, and the report begins with seed and path', () => {
    const claim = claimOf((drawn) => {
      if (drawn.some((number) => number >= 100)) throw new Violation('too large', 'one is too large');
      return undefined;
    });
    assert.deepEqual(judge(claim).refuted?.shrunk, [100]);
    assert.throws(() => demand(claim), /^Error: numbers are nice: not so \(too large\)\n {2}seed 42, path "[\d:]+"/);
  });

  test('the path leads straight to the shrunk case', () => {
    const claim = claimOf((drawn) => {
      if (drawn.length > 3) throw new Violation('too long', 'too many');
      return undefined;
    });
    const { refuted } = judge(claim);
    assert.ok(refuted !== undefined);
    const again = judge(claim, { path: refuted.path });
    assert.deepEqual([again.runs, again.refuted?.shrunk], [1, refuted.shrunk]);
  });

  test('shrinking keeps to the kind of violation that it began with', () => {
    let first: string | undefined;
    const claim = claimOf((drawn) => {
      const kind = drawn.length > 5 ? 'long' : drawn.length > 0 ? 'short' : undefined;
      if (kind === undefined || (first === undefined && kind === 'short')) return undefined;
      first ??= kind;
      throw new Violation(kind, kind);
    });
    assert.equal(judge(claim).refuted?.shrunk.length, 6);
  });

  test('what is thrown by accident refutes as well', () => {
    const claim = claimOf(() => {
      throw new TypeError('oops');
    });
    assert.equal(judge(claim).refuted?.kind, 'TypeError');
  });

  test('empty cases are counted, and too many of them are no proof', () => {
    const some = claimOf((drawn) => (drawn.length === 0 ? 'empty' : undefined));
    assert.ok(vacuousRuns(demand(some)) > 0);
    const most = claimOf((drawn) => (drawn.length < 19 ? 'too short to tell' : undefined));
    assert.throws(() => demand(most), /of 100 cases prove nothing: \d+ × too short to tell/);
  });
});
