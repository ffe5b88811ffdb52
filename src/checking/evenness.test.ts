import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seeded } from '../kernel/random';
import { checkEvenness } from './evenness';

const counts = (...numbers: readonly number[]): Map<string, number> => {
  return new Map(numbers.map((number, at) => [`web-${at + 1}`, number]));
};

describe('evenness', () => {
  test('Pearson as it is taught: 60 throws of a die', () => {
    const { statistic, degrees, probability } = checkEvenness(counts(5, 8, 9, 8, 10, 20));
    assert.ok(Math.abs(statistic - 13.4) < 1e-9);
    assert.equal(degrees, 5);
    assert.ok(Math.abs(probability - 0.0199) < 1e-4);
  });

  test('chance is even, and a place that gets a tenth more is not', () => {
    const random = seeded(1);
    let called = 0;
    for (let round = 0; round < 200; round++) {
      const fair = Array.from({ length: 2_000 }, () => random.int(4));
      const found = checkEvenness(counts(...[0, 1, 2, 3].map((place) => fair.filter((one) => one === place).length)));
      if (found.verdict === 'violation') called++;
    }
    assert.ok(called <= 2, `${called} of 200 fair ones were called uneven`);
    assert.equal(checkEvenness(counts(11_000, 10_000, 10_000, 10_000)).verdict, 'violation');
  });

  test('weights say what each should get, none at all for those that should get none', () => {
    const weights = new Map([
      ['web-1', 3],
      ['web-2', 1],
    ]);
    assert.equal(checkEvenness(counts(300, 100), { weights }).verdict, 'holds');
    assert.equal(checkEvenness(counts(200, 200), { weights }).verdict, 'violation');
    const found = checkEvenness(counts(300, 100, 1), { weights });
    assert.equal(found.verdict, 'violation');
    assert.equal(found.text, 'web-3 got 1 and should get none');
  });

  test('who should get some and got none counts', () => {
    const weights = new Map([
      ['web-1', 1],
      ['web-2', 1],
    ]);
    assert.equal(checkEvenness(counts(100), { weights }).verdict, 'violation');
  });

  test('too few are honest about it', () => {
    assert.equal(checkEvenness(counts(4, 5)).verdict, 'unknown');
    assert.equal(checkEvenness(counts(1000)).verdict, 'unknown');
    assert.equal(checkEvenness(new Map()).verdict, 'unknown');
  });

  test('a limit is laid on top of chance', () => {
    assert.equal(checkEvenness(counts(53, 47)).verdict, 'holds');
    assert.equal(checkEvenness(counts(53, 47), { limit: 0.05 }).verdict, 'violation');
  });

  test('in one line', () => {
    assert.equal(
      checkEvenness(counts(53, 47)).text,
      'chi-square 0.4 with 1 degrees of freedom: p = 0.55; most at web-1: 53 of 50.0 expected',
    );
    assert.throws(() => checkEvenness(counts(-1, 2)), /the count of web-1 is -1; it must be 0 or more/);
  });
});
