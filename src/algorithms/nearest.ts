/**
 * Did you mean: the known word that is the fewest keystrokes away from what was written.
 */
import { closest, distance } from 'fastest-levenshtein';

/**
 * The nearest word, or `undefined` when none is near: more than a third of the letters would have to change.
 *
 * @example
 * nearest('wbe', ['web', 'db', 'lb']); // 'web'
 */
export function nearest(written: string, known: Iterable<string>): string | undefined {
  const words = [...known];
  if (words.length === 0) return undefined;
  const found = closest(written.toLowerCase(), words);
  return distance(written.toLowerCase(), found) <= Math.max(2, found.length / 3) ? found : undefined;
}

/** ` (did you mean web?)`, or nothing. */
export function didYouMean(written: string, known: Iterable<string>): string {
  const word = nearest(written, known);
  return word === undefined ? '' : ` (did you mean ${word}?)`;
}
