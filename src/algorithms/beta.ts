/**
 * The beta distribution: which share of a circle k of n random points have, among other things. The regularised incomplete
 * beta function by Lentz's continued fraction, as in Press et al., "Numerical Recipes" (3rd ed. 2007), 6.4.
 */
import { logGamma } from './gamma';

const termsMax = 100_000;
const precision = 1e-15;
const tiny = 1e-300;
const halvings = 200;

/** Mean and variance of Beta(a, b). */
export function betaMoments(a: number, b: number): { readonly mean: number; readonly variance: number } {
  demandShapes(a, b);
  return { mean: a / (a + b), variance: (a * b) / ((a + b) ** 2 * (a + b + 1)) };
}

/**
 * The probability that a variable of Beta(a, b) is at most x; 0 below 0 and 1 above 1.
 *
 * @throws RangeError if a or b is below one half
 * @example
 * betaBelow(0.5, 2, 2); // 0.5
 */
export function betaBelow(x: number, a: number, b: number): number {
  demandShapes(a, b);
  if (Number.isNaN(x)) throw new RangeError('a share is a number');
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  // The fraction converges quickly only below the mean; above it, the other side is asked.
  if (x < (a + 1) / (a + b + 2)) return (front * fraction(x, a, b)) / a;
  return 1 - (front * fraction(1 - x, b, a)) / b;
}

/** The x below which a variable of Beta(a, b) stays with this probability, by halving. */
export function betaQuantile(probability: number, a: number, b: number): number {
  if (!(probability >= 0 && probability <= 1)) throw new RangeError(`${probability} is no probability`);
  let [low, high] = [0, 1];
  for (let step = 0; step < halvings && high - low > precision * high; step++) {
    const middle = (low + high) / 2;
    if (betaBelow(middle, a, b) < probability) low = middle;
    else high = middle;
  }
  return high;
}

function fraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m < termsMax; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    result *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    const change = c * d;
    result *= change;
    if (Math.abs(change - 1) < precision) break;
  }
  return result;
}

/** Lentz's method divides by these. */
function away(value: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}

function demandShapes(a: number, b: number): void {
  if (!(a >= 0.5 && b >= 0.5)) throw new RangeError(`a beta distribution is told for one half or more, not ${a}, ${b}`);
}
