import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { betaBelow, betaMoments, betaQuantile } from './beta';

function near(found: number, expected: number, tolerance = 1e-12): void {
  assert.ok(Math.abs(found - expected) <= tolerance * Math.max(1, Math.abs(expected)), `${found}, not ${expected}`);
}

describe('the beta distribution', () => {
  test('is a power where one shape is 1', () => {
    for (const x of [0.001, 0.2, 0.5, 0.97]) {
      for (const shape of [1, 2, 7.5, 400]) {
        near(betaBelow(x, shape, 1), x ** shape);
        near(betaBelow(x, 1, shape), 1 - (1 - x) ** shape);
      }
    }
  });

  test('is a polynomial for small whole shapes, and the other way round on the other side', () => {
    for (const x of [0.1, 0.4, 0.5, 0.9]) {
      near(betaBelow(x, 2, 3), 6 * x ** 2 - 8 * x ** 3 + 3 * x ** 4);
      near(betaBelow(x, 30, 70) + betaBelow(1 - x, 70, 30), 1);
    }
  });

  test('is the arcsine law for halves', () => {
    for (const x of [0.01, 0.3, 0.5, 0.8]) near(betaBelow(x, 0.5, 0.5), (2 / Math.PI) * Math.asin(Math.sqrt(x)));
  });

  test('has the moments that a sum over its density has', () => {
    for (const [a, b] of [
      [2, 5],
      [100, 300],
    ] as const) {
      const steps = 20_000;
      let [mean, square] = [0, 0];
      for (let step = 0; step < steps; step++) {
        const middle = (step + 0.5) / steps;
        const mass = betaBelow((step + 1) / steps, a, b) - betaBelow(step / steps, a, b);
        mean += mass * middle;
        square += mass * middle ** 2;
      }
      near(betaMoments(a, b).mean, mean, 1e-7);
      near(betaMoments(a, b).variance / (square - mean ** 2), 1, 1e-4);
    }
  });

  test('relative deviations of shares of a ring are the known ones', () => {
    // A node's share is Beta(k, k(n − 1)), here n → ∞: 1/√k.
    for (const [k, expected] of [
      [1, 0.998],
      [10, 0.315],
      [100, 0.0997],
      [1_000, 0.0316],
    ] as const) {
      // The published figures are for some two hundred nodes.
      const { mean, variance } = betaMoments(k, k * 199);
      near(Math.sqrt(variance) / mean, expected, 4e-3);
    }
  });

  test('a quantile is where its probability is', () => {
    for (const probability of [1e-9, 0.001, 0.5, 0.999]) {
      near(betaBelow(betaQuantile(probability, 160, 640), 160, 640), probability, 1e-9);
    }
    near(betaQuantile(0.25, 2, 1), 0.5);
  });

  test('the ends, and what is no beta', () => {
    assert.deepEqual([betaBelow(-1, 2, 3), betaBelow(0, 2, 3), betaBelow(1, 2, 3), betaBelow(7, 2, 3)], [0, 0, 1, 1]);
    assert.throws(() => betaBelow(0.5, 0, 1), RangeError);
    assert.throws(() => betaBelow(Number.NaN, 1, 1), RangeError);
    assert.throws(() => betaQuantile(1.5, 1, 1), RangeError);
  });
});
