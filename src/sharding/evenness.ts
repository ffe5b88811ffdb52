/**
 * How evenly something is spread over shards, beside what their placement means each to have.
 */
import { chiSquareTail } from '../algorithms/chi-square';

export interface Evenness {
  /** What the fullest has over what it should have; 1 is even. */
  readonly maxToMean: number;
  /** Pearson's test; it takes what is counted for independent of each other. */
  readonly chiSquare: { readonly statistic: number; readonly degrees: number; readonly probability: number };
}

/**
 * @param counts of each shard.
 * @param shares of all that each should have; they sum up to 1.
 * @example
 * evenness([12, 8], [0.5, 0.5]).maxToMean; // 1.2
 */
export function evenness(counts: readonly number[], shares: readonly number[]): Evenness {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const degrees = counts.length - 1;
  let [maxToMean, statistic] = [total === 0 ? 1 : 0, 0];
  for (const [place, count] of counts.entries()) {
    const expected = total * (shares[place] ?? 0);
    if (expected === 0) {
      // Whoever should have nothing is not even with anything.
      if (count > 0) [maxToMean, statistic] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
      continue;
    }
    maxToMean = Math.max(maxToMean, count / expected);
    statistic += (count - expected) ** 2 / expected;
  }
  const probability = degrees < 1 ? 1 : chiSquareTail(statistic, degrees);
  return { maxToMean, chiSquare: { statistic, degrees, probability } };
}
