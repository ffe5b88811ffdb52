/** Halves reckon as bigints do. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Word64 } from './word64';

const bits = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const halves = (word: bigint): readonly [number, number] => [Number(word >> 32n), Number(word & 0xffffffffn)];
const wrap = (value: bigint): bigint => BigInt.asUintN(64, value);

describe('64 bits in two halves', () => {
  test('sum, product and fold are those of bigints', () => {
    const draw = fc.tuple(bits, bits, fc.integer({ min: 1, max: 31 }));
    fc.assert(
      fc.property(draw, ([a, b, by]) => {
        assert.equal(Word64.of(a).toBigInt(), a);
        assert.equal(
          Word64.of(a)
            .plus(...halves(b))
            .toBigInt(),
          wrap(a + b),
        );
        assert.equal(
          Word64.of(a)
            .times(...halves(b))
            .toBigInt(),
          wrap(a * b),
        );
        assert.equal(Word64.of(a).fold(by).toBigInt(), a ^ (a >> BigInt(by)));
        assert.equal(Word64.of(a).top53, Number(a >> 11n));
      }),
      { seed: 1, numRuns: 2_000 },
    );
  });

  test('carries go all the way', () => {
    const ones = 2n ** 64n - 1n;
    assert.equal(Word64.of(ones).plus(0, 1).toBigInt(), 0n);
    assert.equal(Word64.of(0xffffffffn).plus(0, 1).toBigInt(), 0x100000000n);
    assert.equal(Word64.of(ones).times(0xffffffff, 0xffffffff).toBigInt(), 1n);
  });

  test('a number and a bigint of the same value are the same bits, negative ones as well', () => {
    for (const value of [0, 1, -1, 2 ** 31, 2 ** 32, -(2 ** 32), 2 ** 53 - 1, 1 - 2 ** 53, -(2 ** 40) - 7]) {
      assert.equal(Word64.of(value).toBigInt(), wrap(BigInt(value)), String(value));
      assert.equal(Word64.of(BigInt(value)).toBigInt(), wrap(BigInt(value)), String(value));
    }
    assert.equal(Word64.of(-(2n ** 63n)).toBigInt(), 2n ** 63n);
  });

  test('a fraction is never 0 and never 1', () => {
    assert.ok(Word64.of(0).fraction > 0);
    assert.ok(Word64.of(2n ** 64n - 1n).fraction < 1);
    assert.equal(Word64.of(2n ** 63n).fraction - 0.5, 2 ** -53);
  });

  test('what is no exact integer of 64 bits is refused', () => {
    for (const wrong of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      assert.throws(() => Word64.of(wrong), /no exact integer: beyond 2\^53 a key must be a bigint/);
    }
    assert.throws(() => Word64.of(2n ** 64n), /more than 64 bits/);
    assert.throws(() => Word64.of(-(2n ** 63n) - 1n), /more than 64 bits/);
  });
});
