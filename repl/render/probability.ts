/**
 * How a probability reads in a column of them: three digits, and a word where there is too little to go by.
 */
import type { ChiSquare } from '../../src/sharding/evenness';

/** @example probability({ statistic: 5, degrees: 3, probability: 0.17, isTooFew: false }); // '.170' */
export function probability({ probability: p, isTooFew }: ChiSquare): string {
  if (isTooFew) return 'few';
  if (p < 0.001) return '<.001';
  return p >= 0.9995 ? '1' : p.toFixed(3).slice(1);
}

/** What is said below a column in which that word stands. */
export const tooFewNote = 'few: fewer than 5 for each shard are too few to tell chance from bias';
