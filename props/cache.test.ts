/** Claims about caches. */
import { test } from 'node:test';
import { demand } from '../src/testing/judge';
import { eviction } from './cache/eviction';
import { expiry } from './cache/expiry';
import { fills } from './cache/fills';

test('a bounded cache evicts as its model does and keeps its limits', () => {
  demand(eviction({ seed: 1, runs: 2_000 }));
});

test('a cache gives out nothing at or past its end', () => {
  demand(expiry({ seed: 1, runs: 300 }));
});

for (const by of ['leases', 'versions'] as const) {
  test(`what is old does not come back into a cache (${by})`, () => {
    demand(fills({ seed: 1, runs: 2_000 }, by));
  });
}
