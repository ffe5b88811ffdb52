/** Claims about how a site uses its cache. */
import { test } from 'node:test';
import { demand } from '../src/testing/judge';
import { aside } from './caching/aside';
import { back } from './caching/back';
import { bounded } from './caching/bounded';
import { log } from './caching/log';
import { oneDies } from './caching/one-dies';
import { ringChanges } from './caching/ring-changes';
import { sharded } from './caching/sharded';
import { through } from './caching/through';

test('cache-aside with leases shows nothing that is old, and no herd comes to the database', () => {
  demand(aside({ seed: 1, runs: 4 }));
});

for (const strategy of ['write-around', 'read-through', 'cache-aside'] as const) {
  test(`${strategy} shows nothing that is staler than it may be`, () => {
    demand(bounded({ seed: 1, runs: 4 }, strategy));
  });
}

for (const gutter of ['gutter', 'miss', 'others'] as const) {
  test(`one cache server dies: only its keys miss, and nothing is lost (${gutter})`, () => {
    demand(oneDies({ seed: 1, runs: 3 }, gutter));
  });
}

test('cache servers come and go, and nothing older than what was acknowledged is shown', () => {
  demand(ringChanges({ seed: 1, runs: 6 }));
});

test('what was written is told to every cache out of the log, whoever wrote it and whoever dies', () => {
  demand(log({ seed: 1, runs: 8 }));
});

test('write-through shows nothing older than what was acknowledged', () => {
  demand(through({ seed: 1, runs: 12 }));
});

test('behind a router nothing older than what was acknowledged is shown out of a cache, while users move', () => {
  demand(sharded({ seed: 1, runs: 3 }));
});

test('what write-back loses it reports, and what it reports is lost', () => {
  demand(back({ seed: 1, runs: 25 }));
});
