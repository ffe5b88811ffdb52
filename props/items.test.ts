/** Claims about stores of items. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demand } from '../src/testing/judge';
import { Phenomena } from '../src/testing/phenomena';
import { documents } from './items/documents';
import { movingPairs } from './items/moving-pairs';
import { pairs } from './items/pairs';

test('key-value pairs are linearizable, over in time, and all found by scans, whatever befalls their copies', () => {
  demand(pairs({ seed: 1, runs: 40 }));
});

test('so they are while keys move between shards whose machines meet with accidents', (t) => {
  const phenomena = new Phenomena();
  demand(movingPairs({ seed: 1, runs: 8, phenomena }));
  t.diagnostic(phenomena.table());
  assert.deepEqual(phenomena.missing(['a node was killed', 'keys moved to other shards']), []);
});

test('documents are found and patched as in a list, by whatever indexes', () => {
  demand(documents({ seed: 1, runs: 500 }));
});
