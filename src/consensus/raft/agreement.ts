/**
 * What the members have agreed on, as a leader sees it: up to where its log is committed, and up to which of its
 * heartbeats enough of them have confirmed that it still leads.
 *
 * Where leaders are elected, that is what a majority of the newest members has. Where they are appointed, promotions go by
 * as few promises as possible, so the old members count as well until a change of them is committed; `Membership` tells why.
 *
 * A single copy is fenced by nothing: whoever leads on may be promoted without the old leader's promise. With observers,
 * who promote nobody as long as they have lent somebody a lease, the leader agrees with itself only while it holds one.
 */
import type { NodeId } from '../../kernel/envelope';
import type { Membership } from './membership';
import type { Server } from './server';

export class Agreement {
  private leasedUntilMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly server: Server) {}

  /** The observers promote nobody else until then, by the own clock. */
  lease(untilMs: number): void {
    this.leasedUntilMs = Math.max(this.leasedUntilMs, untilMs);
  }

  get isLeased(): boolean {
    return this.isBefore(this.leasedUntilMs);
  }

  /** Up to where the log is committed, if it was the own term's; `matchOf`: up to where a voter's disk holds it. */
  committed(matchOf: (voter: NodeId) => number): number {
    const { log, term } = this.server;
    const { membership, membershipBefore: before, membershipIndex: since } = log;
    if (before === undefined || !this.isChanging()) return this.reached(membership, matchOf);
    // An entry from before the change needs only the members before it.
    const byOld = this.reached(before, matchOf);
    if (byOld < since) return byOld;
    const byNew = this.reached(membership, matchOf);
    const isChanged = byNew >= since && log.termAt(Math.min(byOld, byNew)) === term;
    return isChanged ? byNew : since - 1;
  }

  /** The greatest value that all who have to agree now have reached. */
  inForce(reached: (voter: NodeId) => number): number {
    const { membership, membershipBefore: before } = this.server.log;
    const byNew = this.reached(membership, reached);
    return before === undefined || !this.isChanging() ? byNew : Math.min(byNew, this.reached(before, reached));
  }

  /** Whether those before the newest members have a say as well. */
  private isChanging(): boolean {
    const { succession, log, commitIndex } = this.server;
    return succession === 'appointed' && log.membershipIndex > commitIndex;
  }

  private isBefore(untilMs: number): boolean {
    return this.server.nowMs < untilMs;
  }

  private reached(membership: Membership, reached: (voter: NodeId) => number): number {
    const { id, succession, isObserved } = this.server;
    if (succession === 'elected') return membership.reachedByMajority(reached);
    if (membership.copies === 1 && isObserved && !this.isLeased) return Number.NEGATIVE_INFINITY;
    return membership.reachedByCopies(id, reached);
  }
}
