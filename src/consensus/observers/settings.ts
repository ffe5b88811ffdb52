/**
 * What can be set on those who decide which node of a replicated store is its primary.
 */

export interface CoordinatorSettings {
  /** A primary that has not renewed for so long may be replaced; the lease that it is granted is shorter by the drift. */
  readonly leaseMs: number;
  /** How far the rate of any clock may be off, as a share. Leases assume no more; nothing else depends on it. */
  readonly clockDriftMax: number;
  /** What is not answered is said again after so long. */
  readonly retryMs: number;
  /** A newly appointed primary that does not renew within so long is given up. */
  readonly appointedMs: number;
  /**
   * A primary that is heard but has decided nothing for so long, while enough of the others answer the observers, is cut
   * off from them: one of them is to lead.
   */
  readonly undecidedMs: number;
  /**
   * Where too few nodes answer to be sure that nothing acknowledged is lost (always so under `async`, whose primary alone
   * holds its last writes): so long is waited for more of them ...
   */
  readonly graceMs: number;
  /** ... and then the most advanced is promoted all the same, or nobody is until they come back. */
  readonly ifLossPossible: 'promote' | 'wait';
}

/**
 * For how long a primary may rely on a lease, counted from when it sent the renewal: its clock may be slow where the
 * observer's is fast.
 */
export function grantedMs({ leaseMs, clockDriftMax }: CoordinatorSettings): number {
  return (leaseMs * (1 - clockDriftMax)) / (1 + clockDriftMax);
}
