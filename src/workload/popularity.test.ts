import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seeded } from '../kernel/random';
import { hot, type Popularity, uniform, zipf } from './popularity';

const draws = 200_000;

function shares(popularity: Popularity, keys: number): number[] {
  const random = seeded('popularity');
  const counts = new Array<number>(keys).fill(0);
  for (let draw = 0; draw < draws; draw++) {
    const key = popularity(random);
    assert.ok(key >= 1 && key <= keys);
    counts[key - 1] = (counts[key - 1] ?? 0) + 1;
  }
  return counts.map((count) => count / draws);
}

/** Four standard deviations of a binomial share. */
function near(actual: number | undefined, expected: number): void {
  const error = 4 * Math.sqrt((expected * (1 - expected)) / draws);
  assert.ok(Math.abs((actual ?? 0) - expected) <= error, `${actual} is not ${expected} ± ${error}`);
}

describe('popularity', () => {
  test('is as exact masses say under Zipf with 1,000 keys and theta 0.99', () => {
    const found = shares(zipf(1_000, 0.99), 1_000);
    for (const [place, mass] of [0.12938, 0.06514, 0.0436].entries()) near(found[place], mass);
    const top = (count: number): number => found.slice(0, count).reduce((sum, share) => sum + share, 0);
    near(top(10), 0.382);
    near(top(100), 0.685);
  });

  test('is even when it is uniform, and with theta 0', () => {
    for (const law of [uniform(4), zipf(4, 0)]) for (const share of shares(law, 4)) near(share, 0.25);
  });

  test('gives one key its share, and the others the rest evenly', () => {
    const found = shares(hot(5, 3, 0.6), 5);
    for (const [place, share] of found.entries()) near(share, place === 2 ? 0.6 : 0.1);
    assert.deepEqual(shares(hot(1, 1, 0.1), 1), [1]);
  });
});
