/** Claims: what holds of a sharded site while keys move from shard to shard and its machines meet with accidents. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { demand } from '../src/testing/judge';
import { Phenomena } from '../src/testing/phenomena';
import { moves } from './sharding/claim';
import { feeds } from './sharding/feeds';

/** Without these among the cases, not much could have gone wrong in them. */
const expected = [
  'a node was killed',
  'a message was cut by a partition',
  'keys moved to other shards',
  'a move was taken back',
  'all rows were seen during a move',
  'a scan was refused',
  'an old map was refused',
];

describe('keys that move', () => {
  test('are with one shard, are seen once, and lose nothing', (t) => {
    const phenomena = new Phenomena();
    demand(moves({ seed: 1, runs: 8, phenomena }));
    t.diagnostic(phenomena.table());
    assert.deepEqual(phenomena.missing(expected), []);
  });
});

describe('feeds', () => {
  test('are what the join says once all is told, and are mended where they are not', (t) => {
    const phenomena = new Phenomena();
    demand(feeds({ seed: 1, runs: 6, phenomena }));
    t.diagnostic(phenomena.table());
    const kinds = ['missing', 'stale', 'extra'].map((kind) => `a feed was mended: ${kind}`);
    assert.deepEqual(phenomena.missing(['a node was killed', 'feeds were told while keys moved', ...kinds]), []);
  });
});
