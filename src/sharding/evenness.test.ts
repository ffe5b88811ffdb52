import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evenness } from './evenness';

test('how even counts are is told beside what each should have', () => {
  const found = evenness([12, 8], [0.5, 0.5]);
  assert.equal(found.maxToMean, 1.2);
  assert.ok(Math.abs(found.chiSquare.statistic - 0.8) < 1e-9);
  assert.ok(found.chiSquare.probability > 0.3 && found.chiSquare.probability < 0.4);
  assert.equal(evenness([30, 10], [0.75, 0.25]).maxToMean, 1);
  assert.equal(evenness([1, 0], [0, 1]).maxToMean, Number.POSITIVE_INFINITY);
});

test('fewer than five expected anywhere are too few for a test, one shard has nothing to compare', () => {
  const isTooFew = (counts: readonly number[], shares: readonly number[]): boolean =>
    evenness(counts, shares).chiSquare.isTooFew;
  assert.equal(isTooFew([5, 5], [0.5, 0.5]), false);
  assert.equal(isTooFew([9, 0], [0.5, 0.5]), true);
  assert.equal(isTooFew([90, 4], [0.96, 0.04]), true);
  assert.equal(isTooFew([0, 0], [0.5, 0.5]), true);
  assert.equal(isTooFew([1], [1]), false);
});
