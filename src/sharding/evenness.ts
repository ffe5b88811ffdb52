/**
 * How evenly something is spread over shards, beside what their placement means each to have.
 */
import { chiSquareTail } from '../algorithms/chi-square';

export interface Evenness {
  /** What the fullest has over what it should have; 1 is even. */
  readonly maxToMean: number;
  /** Takes what is counted for independent of each other. */
  readonly chiSquare: ChiSquare;
}

/** Pearson's test of counts against those that are expected. */
export interface ChiSquare {
  readonly statistic: number;
  readonly degrees: number;
  /** How often even chance is at least this uneven. */
  readonly probability: number;
  /** So few are expected somewhere that the probability is far off: it says nothing. */
  readonly isTooFew: boolean;
}

/** Where fewer are expected, counts are too coarse for the curve that the test compares them with. */
const expectedMin = 5;

/**
 * @param counts of each shard.
 * @param shares of all that each should have; they sum up to 1.
 * @example
 * evenness([12, 8], [0.5, 0.5]).maxToMean; // 1.2
 */
export function evenness(counts: readonly number[], shares: readonly number[]): Evenness {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const degrees = counts.length - 1;
  let [maxToMean, statistic, least] = [total === 0 ? 1 : 0, 0, Number.POSITIVE_INFINITY];
  for (const [place, count] of counts.entries()) {
    const expected = total * (shares[place] ?? 0);
    if (expected === 0) {
      // Whoever should have nothing is not even with anything.
      if (count > 0) [maxToMean, statistic] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
      continue;
    }
    least = Math.min(least, expected);
    maxToMean = Math.max(maxToMean, count / expected);
    statistic += (count - expected) ** 2 / expected;
  }
  return { maxToMean, chiSquare: chiSquare(statistic, degrees, total === 0 ? 0 : least) };
}

/** @param least the smallest count that is expected anywhere. */
export function chiSquare(statistic: number, degrees: number, least: number): ChiSquare {
  const probability = degrees < 1 ? 1 : chiSquareTail(statistic, degrees);
  return { statistic, degrees, probability, isTooFew: degrees > 0 && least < expectedMin };
}
