import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BoundedCache, type CacheLimits } from './bounded-cache';
import { type Expiry, never } from './expiry';
import { type PolicyName, policyNames } from './policies';

const roomy: CacheLimits = { entriesMax: 1_000, bytesMax: 1_000_000, overheadBytes: 0 };
const now = { nowMs: 0, wallMs: 0 };

/** Asks for each key and keeps what is missing; gives back how often it was there. */
function hits(policy: PolicyName, entriesMax: number, keys: readonly string[]): number {
  const cache = new BoundedCache<number>(policy, { ...roomy, entriesMax });
  for (const key of keys) if (cache.get(key, now) === undefined) cache.set(key, 1, 1, never, now);
  assert.equal(cache.counters.hits + cache.counters.misses, keys.length);
  return cache.counters.hits;
}

function repeated(keys: string, times: number): string[] {
  return [...keys.repeat(times)];
}

describe('who has to go', () => {
  // Worked out on paper. A loop that is one larger than the cache is the worst that can be done to recency and order.
  const table: readonly (readonly [
    what: string,
    capacity: number,
    keys: string,
    lru: number,
    fifo: number,
    lfu: number,
  ])[] = [
    ['a loop that fits', 4, 'abcdabcdabcd', 8, 8, 8],
    ['a loop that is one too long', 3, 'abcdabcdabcd', 0, 0, 0],
    ['one that comes again and again among others that come once', 2, 'abacadaeaf', 4, 2, 4],
    ['a use that saves from going', 3, 'abcadab', 2, 1, 2],
    ['many uses long ago', 2, 'aaaabcbcbc', 7, 7, 3],
    ['ties go to the least recently used', 2, 'ababcb', 3, 3, 3],
  ];
  for (const [what, capacity, keys, lru, fifo, lfu] of table) {
    test(`${what}: ${keys} in ${capacity}`, () => {
      const found = policyNames.map((name) => `${name} ${hits(name, capacity, [...keys])}`);
      assert.deepEqual(found, [`lru ${lru}`, `lfu ${lfu}`, `fifo ${fifo}`]);
    });
  }

  test('counts of uses end with the entry: what comes back begins anew', () => {
    const cache = new BoundedCache<number>('lfu', { ...roomy, entriesMax: 2 });
    for (const key of repeated('a', 5)) cache.set(key, 1, 1, never, now);
    cache.delete('a', now);
    for (const key of ['a', 'b', 'b', 'c']) cache.set(key, 1, 1, never, now);
    assert.equal(cache.peek('a', now), undefined);
    assert.equal(cache.peek('b', now), 1);
  });
});

describe('room', () => {
  const limits: CacheLimits = { entriesMax: 10, bytesMax: 100, overheadBytes: 10 };

  test('what is larger than the whole cache is not kept, and neither is what it should have replaced', () => {
    const cache = new BoundedCache<number>('lru', limits);
    cache.set('a', 1, 5, never, now);
    assert.equal(cache.set('a', 2, 91, never, now), false);
    assert.equal(cache.size, 0);
    assert.equal(cache.bytes, 0);
    assert.equal(cache.set('a', 2, 90, never, now), true);
    assert.equal(cache.bytes, 100);
  });

  test('an entry that grows pushes others out, never itself', () => {
    for (const policy of policyNames) {
      const cache = new BoundedCache<number>(policy, limits);
      for (const key of ['a', 'b', 'c']) cache.set(key, 1, 10, never, now);
      for (const key of ['b', 'b', 'c', 'c']) cache.get(key, now);
      cache.set('a', 2, 60, never, now);
      assert.equal(cache.peek('a', now), 2, policy);
      assert.equal(cache.size, 2, policy);
    }
  });

  test('smaller limits hold at once', () => {
    const cache = new BoundedCache<number>('lru', limits);
    for (const key of ['a', 'b', 'c', 'd']) cache.set(key, 1, 10, never, now);
    cache.reconfigure('lru', { entriesMax: 3, bytesMax: 45, overheadBytes: 10 }, now);
    assert.equal(cache.size, 2);
    assert.equal(cache.peek('d', now), 1);
  });

  test('slots are used again: what comes and goes leaves nothing behind', () => {
    const cache = new BoundedCache<number>('lfu', { ...roomy, entriesMax: 100 });
    for (let i = 0; i < 10_000; i++) cache.set(`k${i}`, i, 1, never, now);
    assert.equal(cache.size, 100);
    assert.equal(cache.counters.evictions, 9_900);
    cache.clear();
    assert.equal(cache.size + cache.bytes, 0);
    assert.equal(cache.sweep(1_000, now), 0);
  });
});

describe('time', () => {
  const until = (clock: Expiry['clock'], atMs: number): Expiry => ({ clock, atMs });

  test('a value is there to the last tick before its end, and not at its end', () => {
    const cache = new BoundedCache<number>('lru', roomy);
    cache.set('a', 1, 1, until('monotonic', 50), { nowMs: 10, wallMs: 0 });
    assert.equal(cache.get('a', { nowMs: 49.999, wallMs: 9_999 }), 1);
    assert.equal(cache.get('a', { nowMs: 50, wallMs: 0 }), undefined);
    assert.equal(cache.counters.expirations, 1);
  });

  test('a time of day is compared with a time of day', () => {
    const cache = new BoundedCache<number>('lru', roomy);
    cache.set('a', 1, 1, until('wall', 5_000), { nowMs: 10, wallMs: 1_000 });
    assert.equal(cache.get('a', { nowMs: 99_999, wallMs: 4_999 }), 1);
    assert.equal(cache.get('a', { nowMs: 11, wallMs: 5_000 }), undefined);
  });

  test('a sweep finds what nobody asks for, so many slots at a time', () => {
    const cache = new BoundedCache<number>('lru', roomy);
    for (let i = 0; i < 10; i++) cache.set(`k${i}`, i, 1, until('monotonic', i < 5 ? 10 : 1_000), now);
    const later = { nowMs: 10, wallMs: 0 };
    assert.equal(cache.sweep(3, later), 3);
    assert.equal(cache.sweep(3, later), 2);
    assert.equal(cache.sweep(30, later), 0);
    assert.equal(cache.size, 5);
  });
});
