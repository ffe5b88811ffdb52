/** Claim: while keys move between shards each is always with exactly one of them, and the move ends as it should. */
import { test } from 'node:test';
import { demand } from '../src/testing/judge';
import { Phenomena } from '../src/testing/phenomena';
import { movingClaim } from './moving/claim';

test('keys move between shards and each is always with one of them', (t) => {
  const phenomena = new Phenomena();
  demand(movingClaim({ seed: 1, runs: 150, phenomena }));
  t.diagnostic(phenomena.table());
});
