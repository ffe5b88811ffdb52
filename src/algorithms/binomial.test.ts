import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { binomialBelow, binomialInterval } from './binomial';

/** Sums of the masses, one after the other. */
function summed(trials: number, chance: number): readonly number[] {
  let mass = (1 - chance) ** trials;
  let sum = 0;
  return Array.from({ length: trials + 1 }, (_, count) => {
    sum += mass;
    mass *= ((trials - count) / (count + 1)) * (chance / (1 - chance));
    return sum;
  });
}

describe('the binomial distribution', () => {
  test('is the sum of its masses', () => {
    for (const [trials, chance] of [
      [1, 0.5],
      [20, 0.1],
      [200, 1 / 3],
    ] as const) {
      for (const [count, expected] of summed(trials, chance).entries()) {
        assert.ok(Math.abs(binomialBelow(count, trials, chance) - expected) < 1e-12, `${count} of ${trials}`);
      }
    }
    assert.equal(binomialBelow(-1, 10, 0.5), 0);
    assert.equal(binomialBelow(10, 10, 0.5), 1);
  });

  test('an interval leaves out as much as it may, and not one count more', () => {
    assert.deepEqual(binomialInterval(100, 0.5, 0.05), [40, 60]);
    for (const [trials, chance, doubt] of [
      [50, 0.2, 0.01],
      [200, 0.03, 0.001],
    ] as const) {
      const below = summed(trials, chance);
      const [least, most] = binomialInterval(trials, chance, doubt);
      assert.ok((below[least - 1] ?? 0) <= doubt / 2 && (below[least] ?? 0) > doubt / 2);
      assert.ok(1 - (below[most] ?? 1) <= doubt / 2 && 1 - (below[most - 1] ?? 0) > doubt / 2);
    }
  });

  test('a million trials are as many deviations wide as the normal curve says', () => {
    const [least, most] = binomialInterval(1_000_000, 0.2, 0.001);
    assert.ok(Math.abs((most - least) / (2 * 3.2905 * 400) - 1) < 0.01, `${least} to ${most}`);
  });

  test('what is certain is certain', () => {
    assert.deepEqual(binomialInterval(10, 0, 0.01), [0, 0]);
    assert.deepEqual(binomialInterval(10, 1, 0.01), [10, 10]);
    assert.deepEqual(binomialInterval(0, 0.5, 0.01), [0, 0]);
    assert.throws(() => binomialInterval(1.5, 0.5, 0.01), RangeError);
    assert.throws(() => binomialInterval(10, 2, 0.01), RangeError);
    assert.throws(() => binomialInterval(10, 0.5, 0), RangeError);
  });
});
