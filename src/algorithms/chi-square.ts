/**
 * The chi-square distribution: how likely it is that chance alone strays this far. The regularised incomplete gamma
 * function is computed as in Press et al., "Numerical Recipes" (3rd ed. 2007), 6.2: a series below the mean, Lentz's
 * continued fraction above it.
 */
import { logGamma } from './gamma';

const termsMax = 10_000;
const precision = 1e-14;
const tiny = 1e-300;

/**
 * The probability that a chi-square variable with so many degrees of freedom is at least as large as the statistic.
 *
 * @example
 * chiSquareTail(3.841, 1); // 0.05
 */
export function chiSquareTail(statistic: number, degrees: number): number {
  if (!(degrees >= 1)) throw new RangeError(`chi-square needs at least one degree of freedom, not ${degrees}`);
  if (!(statistic >= 0)) throw new RangeError(`a chi-square statistic is not negative, but this is ${statistic}`);
  if (statistic === 0) return 1;
  if (statistic === Number.POSITIVE_INFINITY) return 0;
  const a = degrees / 2;
  const x = statistic / 2;
  const scale = Math.exp(a * Math.log(x) - x - logGamma(a));
  return x < a + 1 ? 1 - scale * series(a, x) : scale * fraction(a, x);
}

function series(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < termsMax && term > sum * precision; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

function fraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let result = d;
  for (let n = 1; n < termsMax; n++) {
    const an = -n * (n - a);
    b += 2;
    d = 1 / away(an * d + b);
    c = away(b + an / c);
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
