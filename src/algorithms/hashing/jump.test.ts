import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hash64 } from './hash64';
import { jumpHash, jumpLocator } from './jump';

const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i);

describe('jump hash', () => {
  // What Lamping and Veach's own C gives (2014, figure 1).
  test('is the one of the paper, for 100 buckets', () => {
    const expected = [0, 55, 62, 8, 45, 59, 86, 97, 82, 59, 73, 37, 17, 56, 86, 21, 90, 37, 38, 83];
    assert.deepEqual(
      upTo(20).map((key) => jumpHash(key, 100)),
      expected,
    );
  });

  test('is the one of the paper, for 1 to 19 buckets', () => {
    const one = [0, 0, 0, 0, 0, 0, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 17, 17];
    const beef = [0, 1, 2, 3, 3, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 16, 16, 16];
    assert.deepEqual(
      upTo(19).map((n) => jumpHash(1, n + 1)),
      one,
    );
    assert.deepEqual(
      upTo(19).map((n) => jumpHash(0xdeadbeef, n + 1)),
      beef,
    );
  });

  test('reads all 64 bits of a key', () => {
    assert.equal(jumpHash(10863919174838991n, 11), 6);
    assert.equal(jumpHash(2016238256797177309n, 11), 3);
    assert.equal(jumpHash(2, 100_001), 80_343);
  });

  test('agrees with the same in bigints', () => {
    const slow = (key: bigint, buckets: number): number => {
      let [state, bucket, next] = [BigInt.asUintN(64, key), -1, 0];
      while (next < buckets) {
        bucket = next;
        state = BigInt.asUintN(64, state * 2862933555777941757n + 1n);
        next = Math.floor((bucket + 1) * (2 ** 31 / Number((state >> 33n) + 1n)));
      }
      return bucket;
    };
    for (const i of upTo(500)) {
      const key = hash64(i).toBigInt();
      assert.equal(jumpHash(key, 1 + (i % 97)), slow(key, 1 + (i % 97)));
    }
    assert.equal(jumpHash(-1, 50), slow(-1n, 50));
  });

  test('as a locator hashes first, so that neighbours and texts are spread as well', () => {
    const { locate } = jumpLocator(7);
    assert.equal(locate(42), jumpHash(hash64(42).toBigInt(), 7));
    assert.equal(locate('user:42'), jumpHash(hash64('user:42').toBigInt(), 7));
  });

  test('there is no place among none', () => {
    for (const places of [0, -1, 1.5, Number.NaN, 70_000])
      assert.throws(() => jumpLocator(places), /must be 1 to 65536/);
    assert.throws(() => jumpHash(1, 0), RangeError);
  });
});
