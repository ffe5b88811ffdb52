/** Claims about caches. */
import { test } from 'node:test';
import { demand } from '../src/testing/judge';
import { eviction } from './cache/eviction';
import { expiry } from './cache/expiry';

test('a bounded cache evicts as its model does and keeps its limits', () => {
  demand(eviction({ seed: 1, runs: 2_000 }));
});

test('a cache gives out nothing at or past its end', () => {
  demand(expiry({ seed: 1, runs: 300 }));
});
