/**
 * How much may be asked of somebody at once, found out by trying: a little more while answers come in time, a good deal
 * less when they do not. It is how TCP shares a link (additive increase, multiplicative decrease), used on a service.
 */

export interface ConcurrencyRules {
  /** Never less at once than this, or nobody would notice that it got better ... */
  readonly least: number;
  /** ... and never more. */
  readonly most: number;
}

/** Of what it was, after a call that was too slow. */
const decrease = 0.9;

export class ConcurrencyLimit {
  private limit: number;

  constructor(private readonly rules: () => ConcurrencyRules) {
    this.limit = rules().most;
  }

  /** How many calls may be under way at once. */
  get now(): number {
    const { least, most } = this.rules();
    return Math.floor(Math.min(most, Math.max(least, this.limit)));
  }

  /**
   * A call was answered in time: one more after as many of them as the limit has room for.
   *
   * @param underWay calls that were under way with it; a limit that nobody reaches tells nothing and stays
   */
  inTime(underWay: number): void {
    if (underWay * 2 < this.limit) return;
    this.limit = Math.min(this.rules().most, this.limit + 1 / this.limit);
  }

  /** A call was answered too late, or not at all. */
  tooLate(): void {
    this.limit = Math.max(this.rules().least, Math.min(this.rules().most, this.limit) * decrease);
  }
}
