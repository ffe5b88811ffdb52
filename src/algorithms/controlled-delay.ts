/**
 * How long somebody may wait in a queue: generously while the queue keeps running empty, so that a burst is taken in; a
 * short while once it has not been empty for some time, since then it is no burst. What waited longer is refused, and
 * what is served was worth it (CoDel, as used for requests in Maurer, Fail at Scale, 2015).
 */

export interface ControlledDelayRules {
  /** A queue that has not been empty for so long is standing; until then one may wait so long in it. */
  readonly intervalMs: number;
  /** How long one may wait in a standing queue. */
  readonly targetMs: number;
}

export class ControlledDelay {
  private emptyMs = Number.NEGATIVE_INFINITY;
  private isEmpty = true;

  constructor(private readonly rules: () => ControlledDelayRules) {}

  /** Somebody came into the queue. */
  joined(nowMs: number): void {
    if (this.isEmpty) this.emptyMs = nowMs;
    this.isEmpty = false;
  }

  /** Nobody waits any more. */
  emptied(): void {
    this.isEmpty = true;
  }

  /** How long whoever is next may have waited to be served. */
  allowedMs(nowMs: number): number {
    const { intervalMs, targetMs } = this.rules();
    return !this.isEmpty && nowMs - this.emptyMs > intervalMs ? targetMs : intervalMs;
  }
}
