/**
 * Claims: keys are spread as the theory of each way of placing says, few of them move when a place comes, loads keep their
 * bounds, and whoever is hot is found.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Claim, demand } from '../src/testing/judge';
import { boundedLoads } from './hashing/bounded';
import { evenKeys } from './hashing/evenness';
import { growth, movingShare } from './hashing/growth';
import { hotKeys } from './hashing/hot-keys';
import { ringGrowth, ringSpread } from './hashing/ring-spread';

function stands<T>(claim: Claim<T>): void {
  test(claim.name, () => void demand(claim));
}

test('theory agrees with the published figures for modulo', () => {
  const percent = [3, 4, 10].map((places) => Math.round(1_000 * movingShare('modulo', places, 1)) / 10);
  assert.deepEqual(percent, [75, 80, 90.9]);
});

stands(evenKeys({ seed: 1, runs: 6 }));
stands(ringSpread({ seed: 1, runs: 12 }));
stands(growth({ seed: 1, runs: 60 }));
stands(ringGrowth({ seed: 1, runs: 20 }));
stands(boundedLoads({ seed: 1, runs: 60 }));
stands(hotKeys({ seed: 1, runs: 60 }));
