/** What checkers other than the search for linearizations answer: how much was judged, and what broke its promise. */
import type { Problem } from './history';

/** One broken promise. */
export interface Breach {
  /** Which: `read your writes`, `acknowledged write lost` ... */
  readonly kind: string;
  /** Where in the history it shows. */
  readonly line: number;
  /** One line for people. */
  readonly text: string;
}

export type Judged<More extends object = object> =
  | ({
      readonly verdict: 'holds' | 'violation';
      /** How many operations there were that could have broken it; where there were none, nothing was shown. */
      readonly judged: number;
      /** The first that were found, in the order of the history; at most `breachesMax`. */
      readonly breaches: readonly Breach[];
      readonly breachesCount: number;
    } & More)
  /** The history is none that this checker can judge. */
  | { readonly verdict: 'unreadable'; readonly problem: Problem };

export const breachesMax = 20;

/** The answer from all that was found. */
export function judgedBy<More extends object>(judged: number, breaches: readonly Breach[], more: More): Judged<More> {
  const verdict = breaches.length === 0 ? 'holds' : 'violation';
  const first = [...breaches].sort((a, b) => a.line - b.line).slice(0, breachesMax);
  return { verdict, judged, breaches: first, breachesCount: breaches.length, ...more };
}
