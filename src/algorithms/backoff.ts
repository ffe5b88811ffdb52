/**
 * How long to wait before trying again: twice as long each time, up to a bound, and of that a random part, so that those
 * who failed together do not come back together ("full jitter"; Brooker, Exponential Backoff and Jitter, 2015).
 */

export interface BackoffRules {
  /** The wait before the first retry is at most this ... */
  readonly backoffMs: number;
  /** ... and before any retry at most this. */
  readonly backoffMaxMs: number;
}

/**
 * The wait in milliseconds before a retry.
 *
 * @param retry 1 for the first retry
 * @param chance uniform in [0, 1)
 *
 * @example
 * backoffOf(3, { backoffMs: 100, backoffMaxMs: 1_000 }, 0.5); // half of 400
 */
export function backoffOf(retry: number, { backoffMs, backoffMaxMs }: BackoffRules, chance: number): number {
  return chance * Math.min(backoffMaxMs, backoffMs * 2 ** (retry - 1));
}
