/**
 * When a box starts a dead process again: soon at first, then ever later, and in the end not at all. After a while of
 * good health the count begins anew.
 */

export interface RestartPolicy {
  readonly firstMs: number;
  readonly longestMs: number;
  /** Deaths in a row after which the box gives up. */
  readonly restartsMax: number;
  /** A life that lasted so long was a good one. */
  readonly healthyMs: number;
  /** How long a machine that was switched off takes until it is up again. */
  readonly bootMs: number;
}

export const restartPolicy: RestartPolicy = {
  firstMs: 1_000,
  longestMs: 30_000,
  restartsMax: 10,
  healthyMs: 60_000,
  bootMs: 5_000,
};

/** How long to wait before the next start, or `undefined` to give up. */
export function restartDelayMs(restarts: number, policy: RestartPolicy = restartPolicy): number | undefined {
  if (restarts >= policy.restartsMax) return undefined;
  return Math.min(policy.longestMs, policy.firstMs * 2 ** restarts);
}
