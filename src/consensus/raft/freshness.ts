/**
 * How a follower knows how fresh it is, without comparing clocks: it puts its own clock into its answers, and the leader
 * gives that back once it is certain that it still led afterwards, together with what was committed then. All that was
 * acknowledged before the follower's moment is no more than that, so once the follower has applied as much it knows: at
 * that moment, nothing newer than this was known to anybody.
 */

/** A moment of the follower's clock, and up to where the log was committed at some later moment. */
export interface Proof {
  readonly atMs: number;
  readonly commit: number;
}

/** Proofs for what is not applied yet; of those on top only the newest is kept. */
const waitingMax = 32;

/** What a follower knows of itself. */
export class Freshness {
  private provenMs = Number.NEGATIVE_INFINITY;
  private waiting: Proof[] = [];

  /** @param sinceMs when this life began: what comes back from an earlier one is of another clock, for all it knows. */
  constructor(private readonly sinceMs: number) {}

  /** The newest moment that is proven, now that so much is applied. */
  provenAtMs(applied: number): number {
    let met = 0;
    for (const { atMs, commit } of this.waiting) {
      if (commit > applied) break;
      this.provenMs = Math.max(this.provenMs, atMs);
      met++;
    }
    if (met > 0) this.waiting = this.waiting.slice(met);
    return this.provenMs;
  }

  hear(proof: Proof, nowMs: number): void {
    if (proof.atMs < this.sinceMs || proof.atMs > nowMs) return;
    const newest = this.waiting[this.waiting.length - 1];
    if (newest !== undefined && (newest.commit > proof.commit || newest.atMs > proof.atMs)) return;
    if (newest?.commit === proof.commit || this.waiting.length >= waitingMax) this.waiting.pop();
    this.waiting.push(proof);
  }

  /** What was applied had to be taken back. */
  forget(): void {
    this.provenMs = Number.NEGATIVE_INFINITY;
    this.waiting = [];
  }
}

/** What a leader may give back to one follower. */
export class Echo {
  /** A moment, and the heartbeat that has to be confirmed: one that was said after the moment came. */
  private newest: Moment | undefined;
  private waiting: Moment | undefined;
  private proven: number | undefined;

  /** @param nextRound the next heartbeat that will be said. */
  hear(atMs: number, nextRound: number): void {
    this.newest = { atMs, round: nextRound };
    this.waiting ??= this.newest;
  }

  /** The newest moment after which it led for certain: every one that came, if it has a lease now. */
  atMs(hasLease: boolean, confirmedRound: number): number | undefined {
    if (hasLease) return this.newest?.atMs;
    while (this.waiting !== undefined && this.waiting.round <= confirmedRound) {
      this.proven = this.waiting.atMs;
      this.waiting = this.waiting === this.newest ? undefined : this.newest;
    }
    return this.proven;
  }
}

interface Moment {
  readonly atMs: number;
  readonly round: number;
}
