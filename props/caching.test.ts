/** Claims about how a site uses its cache. */
import { test } from 'node:test';
import { demand } from '../src/testing/judge';
import { aside } from './caching/aside';
import { bounded } from './caching/bounded';

test('cache-aside with leases shows nothing that is old, and no herd comes to the database', () => {
  demand(aside({ seed: 1, runs: 4 }));
});

for (const strategy of ['write-around', 'read-through'] as const) {
  test(`${strategy} shows nothing that is staler than its time to live and a fill`, () => {
    demand(bounded({ seed: 1, runs: 4 }, strategy));
  });
}
