import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Placement } from '../protocols/shard-map';
import { type KeyCount, keyQuality } from './key-quality';

const shards = ['a', 'b', 'c', 'd'];
const jump: Placement = { method: 'jump', shards, splits: [], isolated: [] };

function counted(keys: number, rowsOf: (key: number) => number = () => 1): KeyCount[] {
  return Array.from({ length: keys }, (_, place) => ({ key: place + 1, rows: rowsOf(place + 1) }));
}

describe('a shard key', () => {
  test('of many values, each with few rows, is good', () => {
    const found = keyQuality(counted(4_000), jump);
    assert.equal(found.verdict, 'good', found.because);
    assert.equal(found.rows, 4_000);
    assert.equal(
      found.shards.reduce((sum, { keys }) => sum + keys, 0),
      4_000,
    );
    assert.ok(found.chiSquare.probability > 0.001 && found.chiSquare.degrees === 3);
  });

  test('of few values is bad, however even it looks', () => {
    const states = ['NY', 'MA', 'IL', 'TX', 'CO', 'WA', 'CA', 'FL', 'GA', 'OR'].map((key) => ({ key, rows: 100 }));
    const found = keyQuality(states, jump);
    assert.equal(found.verdict, 'bad');
    assert.match(found.because, /only 10 values/);
    assert.ok(found.chiSquare.probability < 0.001 && found.maxToMean > 1.25);
  });

  test('of which one value has most rows is bad, and names it', () => {
    const found = keyQuality(
      counted(400, (key) => (key === 42 ? 300 : 1)),
      jump,
    );
    assert.equal(found.verdict, 'bad');
    assert.match(found.because, /one value, 42, has 43% of all rows/);
    assert.deepEqual(found.hottest, { key: 42, rows: 300 });
  });

  test('that puts most rows on one shard is bad: modulo of what counts in steps', () => {
    const even = Array.from({ length: 400 }, (_, place): KeyCount => ({ key: 2 * place, rows: 1 }));
    const found = keyQuality(even, { ...jump, method: 'modulo' });
    assert.equal(found.maxToMean, 2);
    assert.equal(found.verdict, 'bad');
    assert.equal(keyQuality(even, jump).verdict, 'good');
  });

  test('without rows is no key', () => {
    assert.equal(keyQuality([], jump).because, 'there are no rows');
  });
});
