import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { hash64 } from './hash64';
import { moduloLocator } from './modulo';

describe('modulo', () => {
  test('is the remainder that is not negative, for all 64 bits', () => {
    const draw = fc.tuple(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), fc.integer({ min: 1, max: 65_536 }));
    fc.assert(
      fc.property(draw, ([key, places]) => {
        const n = BigInt(places);
        assert.equal(moduloLocator(places).locate(key), Number(((key % n) + n) % n));
      }),
      { seed: 1, numRuns: 2_000 },
    );
  });

  test('counts as one does by hand', () => {
    const { locate } = moduloLocator(4);
    assert.deepEqual([0, 1, 5, 42, -1, -4, -5].map(locate), [0, 1, 1, 2, 3, 0, 3]);
    assert.equal(moduloLocator(10).locate(2n ** 53n + 1n), 3);
    assert.throws(() => locate(2 ** 53), /must be a bigint/);
    assert.throws(() => locate(1.5), /no exact integer/);
  });

  test('of a text is that of its hash', () => {
    for (const text of ['', 'foobar', 'user:42']) {
      assert.equal(moduloLocator(1_000).locate(text), Number(hash64(text).toBigInt() % 1_000n));
    }
  });
});
