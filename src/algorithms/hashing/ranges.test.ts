import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { compareKeys } from './key-order';
import { rangeLocator } from './ranges';

describe('ranges', () => {
  test('a bound is the first key of the next place', () => {
    const { places, locate } = rangeLocator([100, 200]);
    assert.equal(places, 3);
    assert.deepEqual([-5, 0, 99, 100, 199, 200, 10 ** 9].map(locate), [0, 0, 0, 1, 1, 2, 2]);
  });

  test('numbers and bigints are compared exactly', () => {
    const { locate } = rangeLocator([2n ** 53n + 1n]);
    assert.equal(locate(2n ** 53n), 0);
    assert.equal(locate(2n ** 53n + 1n), 1);
    assert.equal(locate(7), 0);
  });

  test('texts come after integers, in the order of their bytes', () => {
    const { locate } = rangeLocator([10, 'g', 'n']);
    assert.deepEqual([5, 12, 'a', 'g', 'mz', 'zebra', ''].map(locate), [0, 1, 1, 2, 2, 3, 1]);
  });

  test('the order of texts is that of their UTF-8 bytes', () => {
    const text = fc.string({ unit: 'binary', maxLength: 4 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        assert.equal(Math.sign(compareKeys(a, b)), Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
      { seed: 1, numRuns: 500 },
    );
    assert.ok(compareKeys('\uffff', '𝄞') < 0);
  });

  test('finds the place among many', () => {
    const bounds = Array.from({ length: 99 }, (_, i) => (i + 1) * 10);
    const { locate } = rangeLocator(bounds);
    for (let key = 0; key < 1_000; key++) assert.equal(locate(key), Math.floor(key / 10));
  });

  test('no bounds are one place; bounds that do not ascend are refused', () => {
    assert.equal(rangeLocator([]).locate('anything'), 0);
    assert.throws(() => rangeLocator([1, 1]), /bounds must ascend, but 1 comes after 1/);
    assert.throws(() => rangeLocator(['a', 1]), /bounds must ascend/);
  });
});
