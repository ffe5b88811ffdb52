import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { fnv1a, hash64 } from './hash64';

describe('the hash of a key', () => {
  test('of an integer is the first output of SplitMix64 with that seed, salts are the next ones', () => {
    // As every implementation of it gives them, for example that of Vigna (prng.di.unimi.it/splitmix64.c).
    const outputs = [
      6457827717110365317n,
      3203168211198807973n,
      9817491932198370423n,
      4593380528125082431n,
      16408922859458223821n,
    ];
    assert.deepEqual(
      outputs.map((_, salt) => hash64(1_234_567, salt).toBigInt()),
      outputs,
    );
    assert.equal(hash64(0).toBigInt(), 0xe220a8397b1dcdafn);
  });

  test('of a text begins with FNV-1a, whose test vectors it knows', () => {
    // From the test suite of its authors (draft-eastlake-fnv, appendix C).
    assert.equal(fnv1a('').toBigInt(), 0xcbf29ce484222325n);
    assert.equal(fnv1a('a').toBigInt(), 0xaf63dc4c8601ec8cn);
    assert.equal(fnv1a('foobar').toBigInt(), 0x85944171f73967e8n);
    assert.equal(hash64('foobar').toBigInt(), hash64(0x85944171f73967e8n).toBigInt());
  });

  test('of a text counts its bytes in UTF-8', () => {
    const slow = (text: string): bigint =>
      Buffer.from(text).reduce(
        (hash, byte) => BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n),
        0xcbf29ce484222325n,
      );
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (text) =>
        assert.equal(fnv1a(text).toBigInt(), slow(text)),
      ),
      { seed: 1, numRuns: 500 },
    );
    for (const text of ['é', 'ß-€', '𝄞 is beyond U+FFFF', '\u{10ffff}'])
      assert.equal(fnv1a(text).toBigInt(), slow(text));
  });

  test('does not care whether an integer is a number or a bigint; a text is no integer', () => {
    for (const key of [0, 42, -1, Number.MAX_SAFE_INTEGER]) {
      assert.equal(hash64(key).toBigInt(), hash64(BigInt(key)).toBigInt());
      assert.notEqual(hash64(key).toBigInt(), hash64(String(key)).toBigInt());
    }
  });

  test('each bit of a key turns half of the bits of its hash', () => {
    let turned = 0;
    for (let bit = 0n; bit < 64n; bit++) {
      const change = hash64(77).toBigInt() ^ hash64(77n ^ (1n << bit)).toBigInt();
      turned += [...change.toString(2)].filter((digit) => digit === '1').length;
    }
    // 4,096 coins: 2,048 heads, give or take five times 32.
    assert.ok(Math.abs(turned - 2_048) < 160, String(turned));
  });

  test('what is no salt is refused', () => {
    for (const salt of [-1, 0.5, Number.NaN]) assert.throws(() => hash64(1, salt), /a salt counts from 0 on/);
  });
});
