/** Claims about how a site uses its cache. */
import { test } from 'node:test';
import { demand } from '../src/testing/judge';
import { aside } from './caching/aside';

test('cache-aside with leases shows nothing that is old, and no herd comes to the database', () => {
  demand(aside({ seed: 1, runs: 4 }));
});
