import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '../../kernel/random';
import type { Candidate } from './policy';
import { twoChoices } from './two-choices';

const arrival = { from: 'app-1', path: '/', headers: {} };

function chosen(inFlight: readonly number[], times: number): number[] {
  const candidates = inFlight.map((count, place): Candidate => ({ id: `web-${place + 1}`, place, inFlight: count }));
  const random = seeded(1);
  const counts = candidates.map(() => 0);
  for (let time = 0; time < times; time++) {
    const { index } = twoChoices.choose(candidates, undefined, arrival, random);
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts;
}

test('the busiest of all is never chosen, and the idlest whenever it is drawn', () => {
  const [idlest = 0, second = 0, third = 0, busiest = 0] = chosen([0, 1, 2, 3], 60_000);
  assert.equal(busiest, 0);
  // Of the six pairs the idlest is in three, the second is better in two, the third in one.
  assert.ok(Math.abs(idlest - 30_000) < 600, String(idlest));
  assert.ok(Math.abs(second - 20_000) < 600, String(second));
  assert.ok(Math.abs(third - 10_000) < 600, String(third));
});

test('where all are alike, all are chosen alike', () => {
  for (const count of chosen([2, 2, 2, 2, 2], 50_000)) assert.ok(Math.abs(count - 10_000) < 500, String(count));
});

test('one alone is chosen', () => assert.deepEqual(chosen([7], 3), [3]));
