import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rendezvousLocator } from './rendezvous';

const keys = Array.from({ length: 20_000 }, (_, i) => i);

function counts(names: readonly string[], weights?: readonly number[]): readonly number[] {
  const { locate } = rendezvousLocator(names, weights);
  const found = names.map(() => 0);
  for (const key of keys) found[locate(key)] = (found[locate(key)] ?? 0) + 1;
  return found;
}

describe('rendezvous', () => {
  test('weights are chances to win', () => {
    const [a = 0, b = 0, c = 0] = counts(['a', 'b', 'c'], [1, 2, 5]);
    for (const [count, share] of [
      [a, 1 / 8],
      [b, 2 / 8],
      [c, 5 / 8],
    ] as const) {
      // Five standard deviations of a binomial.
      const noise = 5 * Math.sqrt(keys.length * share * (1 - share));
      assert.ok(Math.abs(count - keys.length * share) < noise, `${count} for ${share}`);
    }
  });

  test('weights that are all the same are no weights', () => {
    assert.deepEqual(counts(['a', 'b', 'c'], [3, 3, 3]), counts(['a', 'b', 'c']));
  });

  test('whoever goes leaves the keys of the others where they are, and the order of names does not matter', () => {
    const all = rendezvousLocator(['a', 'b', 'c', 'd'], [1, 2, 1, 3]);
    const fewer = rendezvousLocator(['d', 'a', 'c'], [3, 1, 1]);
    for (const key of keys.slice(0, 5_000)) {
      const before = 'abcd'[all.locate(key)];
      if (before !== 'b') assert.equal('dac'[fewer.locate(key)], before);
    }
  });

  test('whoever grows heavier only takes', () => {
    const light = rendezvousLocator(['a', 'b', 'c'], [1, 2, 3]);
    const heavy = rendezvousLocator(['a', 'b', 'c'], [1, 4, 3]);
    for (const key of keys.slice(0, 5_000)) {
      const [before, after] = [light.locate(key), heavy.locate(key)];
      assert.ok(after === before || after === 1, `${key} went from ${before} to ${after}`);
    }
  });

  test('names are told apart, and weights are above 0', () => {
    assert.throws(() => rendezvousLocator(['a', 'a']), /two places are named 'a'/);
    assert.throws(() => rendezvousLocator([]), /1 to 65536 places/);
    assert.throws(() => rendezvousLocator(['a'], [0]), /a weight must be above 0/);
    assert.throws(() => rendezvousLocator(['a'], [1, 2]), /2 weights are too many for 1 places/);
  });
});
