/**
 * The chi-square distribution: how likely it is that chance alone strays this far. The regularised incomplete gamma
 * function is computed as in Press et al., "Numerical Recipes" (3rd ed. 2007), 6.2: a series below the mean, Lentz's
 * continued fraction above it; the logarithm of gamma by Lanczos's approximation.
 */

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

const lanczos = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
] as const;

/** The logarithm of gamma, for x of at least one half. */
function logGamma(x: number): number {
  const z = x - 1;
  const sum = lanczos.reduce((so, coefficient, i) => so + coefficient / (z + i + 1), 0.9999999999998099);
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}
