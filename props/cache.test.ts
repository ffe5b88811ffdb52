/** Claims about caches. */
import { test } from 'node:test';
import { demand } from '../src/testing/judge';
import { eviction } from './cache/eviction';

const claims = [eviction({ seed: 1, runs: 2_000 })];

for (const claim of claims) test(claim.name, () => void demand(claim));
