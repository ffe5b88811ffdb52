/**
 * The binomial distribution: how far a count may stray by chance. Exact, by way of the beta distribution, since tails of
 * one in a thousand are where the normal curve is wrong.
 */
import { betaBelow } from './beta';

/** The probability of at most `count` hits in so many trials of the same chance. */
export function binomialBelow(count: number, trials: number, chance: number): number {
  if (!(chance >= 0 && chance <= 1)) throw new RangeError(`${chance} is no chance`);
  if (count < 0) return 0;
  return count >= trials ? 1 : betaBelow(1 - chance, trials - Math.floor(count), Math.floor(count) + 1);
}

/**
 * Between which counts, both included, the hits stay, but for one case in 1/`doubt`: half of these are below, half above.
 *
 * @example
 * binomialInterval(100, 0.5, 0.05); // [40, 60]
 */
export function binomialInterval(
  trials: number,
  chance: number,
  doubt: number,
): readonly [least: number, most: number] {
  if (!(Number.isInteger(trials) && trials >= 0)) throw new RangeError(`${trials} is no number of trials`);
  if (!(doubt > 0 && doubt < 1)) throw new RangeError(`doubt is a share of cases, not ${doubt}`);
  // Of misses instead of hits, so that the small upper tail is not the difference of two numbers close to 1.
  const least = firstAbove(doubt / 2, trials, chance);
  return [least, trials - firstAbove(doubt / 2, trials, 1 - chance)];
}

/** The first count at or below which there is more than this probability. */
function firstAbove(probability: number, trials: number, chance: number): number {
  let [low, high] = [0, trials];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (binomialBelow(middle, trials, chance) > probability) high = middle;
    else low = middle + 1;
  }
  return low;
}
