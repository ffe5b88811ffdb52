import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chiSquareTail } from './chi-square';

describe('the tail of chi-square', () => {
  // Critical values as every table of statistics has them.
  const table: readonly (readonly [degrees: number, statistic: number, probability: number])[] = [
    [1, 3.841458820694124, 0.05],
    [1, 10.82756617, 0.001],
    [3, 11.34486673, 0.01],
    [10, 18.30703805, 0.05],
    [10, 2.155856481, 0.995],
    [100, 124.3421134, 0.05],
  ];
  for (const [degrees, statistic, probability] of table) {
    test(`${statistic} with ${degrees}`, () => {
      assert.ok(
        Math.abs(chiSquareTail(statistic, degrees) - probability) < 1e-8,
        String(chiSquareTail(statistic, degrees)),
      );
    });
  }

  test('with two degrees it is an exponential', () => {
    for (const statistic of [0.1, 1, 5, 40]) {
      assert.ok(Math.abs(chiSquareTail(statistic, 2) / Math.exp(-statistic / 2) - 1) < 1e-12);
    }
  });

  test('the ends, and what is no chi-square', () => {
    assert.equal(chiSquareTail(0, 5), 1);
    assert.equal(chiSquareTail(Number.POSITIVE_INFINITY, 5), 0);
    assert.ok(chiSquareTail(5_000, 5) >= 0);
    assert.throws(() => chiSquareTail(1, 0), RangeError);
    assert.throws(() => chiSquareTail(-1, 1), RangeError);
    assert.throws(() => chiSquareTail(Number.NaN, 1), RangeError);
  });
});
