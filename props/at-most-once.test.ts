/** Claim: nothing is done twice, whatever befalls the site. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demand } from '../src/testing/judge';
import { Phenomena } from '../src/testing/phenomena';
import { atMostOnce } from './site/at-most-once';

test('nothing is done twice', (t) => {
  const phenomena = new Phenomena();
  demand(atMostOnce({ seed: 1, runs: 100, phenomena }));
  t.diagnostic(phenomena.table());
  const expected = ['a connection was reset', 'a retry was refused', 'a creation was left in doubt'];
  assert.deepEqual(phenomena.missing(expected), []);
});
