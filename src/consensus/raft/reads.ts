/**
 * Reads that are linearizable without an entry in the log (thesis 6.4): a leader that was deposed without knowing it must
 * not answer from what it has. Either a majority confirms, after the read was asked for, that it still leads (read
 * index); or it holds a lease: a majority answered so lately that, by its own clock, no other leader can be there yet. A
 * leader that was appointed asks as many as have to hold an entry, and its lease is the observers'.
 */
import type { NodeId } from '../../kernel/envelope';
import type { Agreement } from './agreement';
import type { Progress } from './progress';
import type { Server } from './server';
import { leaseMs } from './settings';

/** `confirmed` asks the others; `lease` does so only when the lease has run out, and believes in the clocks. */
export type ReadMode = 'confirmed' | 'lease';

interface WaitingRead {
  readonly id: number;
  /** Counts from the first entry of the own term on: before, the leader does not know what is committed. */
  readonly index: number;
  /** The heartbeat that was said after the read was asked for; `undefined` until it is said. */
  round: number | undefined;
}

export class Reads {
  private waiting: WaitingRead[] = [];
  /** A transferred leadership ends before the lease does: no more leases in this term. */
  private isLeaseGivenUp = false;

  /** @param startIndex the entry that began the term. */
  constructor(
    private readonly server: Server,
    private readonly progress: ReadonlyMap<NodeId, Progress>,
    private readonly agreement: Agreement,
    private readonly startIndex: number,
  ) {}

  get isFull(): boolean {
    return this.waiting.length >= this.server.settings.readsMax;
  }

  /** Whether a read waits for a heartbeat that has not been said yet. */
  get wantsRound(): boolean {
    return this.waiting.some(({ round }) => round === undefined);
  }

  /** Whether the leader knows all that is committed: not before an entry of its own term is. */
  get knowsCommitted(): boolean {
    return this.server.commitIndex >= this.startIndex;
  }

  /** Whether it would be answered at once that it still leads. */
  get isConfirmedNow(): boolean {
    return this.hasLease || this.confirmedRound() === Number.POSITIVE_INFINITY;
  }

  ask(id: number, mode: ReadMode): void {
    const index = Math.max(this.server.commitIndex, this.startIndex);
    const isConfirmed = mode === 'lease' && this.hasLease;
    this.waiting.push({ id, index, round: isConfirmed ? 0 : undefined });
    this.answer();
  }

  /** A heartbeat goes out: it confirms what was asked before it. */
  saying(round: number): void {
    for (const read of this.waiting) read.round ??= round;
    this.answer();
  }

  /** Answers what is confirmed and committed. */
  answer(): void {
    if (this.waiting.length === 0) return;
    const round = this.confirmedRound();
    const { commitIndex, readOutcomes } = this.server;
    const isReady = (read: WaitingRead): boolean => (read.round ?? Number.POSITIVE_INFINITY) <= round;
    for (const read of this.waiting) {
      if (isReady(read) && read.index <= commitIndex) readOutcomes.push({ id: read.id, index: read.index });
    }
    this.waiting = this.waiting.filter((read) => !isReady(read) || read.index > commitIndex);
  }

  giveUpLease(): void {
    this.isLeaseGivenUp = true;
  }

  /** Leadership is lost: whoever asked has to ask somebody else. */
  refuseAll(): void {
    for (const { id } of this.waiting) this.server.readOutcomes.push({ id, index: undefined });
    this.waiting = [];
  }

  /** When the leader said the newest heartbeat that a majority has answered. */
  majorityHeardAtMs(): number {
    const { id, nowMs, log } = this.server;
    return log.membership.reachedByMajority((voter) =>
      voter === id ? nowMs : (this.progress.get(voter)?.heardSaidAtMs ?? Number.NEGATIVE_INFINITY),
    );
  }

  get hasLease(): boolean {
    const { nowMs, settings, succession } = this.server;
    if (succession === 'appointed') return this.agreement.isLeased;
    return !this.isLeaseGivenUp && nowMs < this.majorityHeardAtMs() + leaseMs(settings);
  }

  /** The newest heartbeat that enough have answered. */
  confirmedRound(): number {
    return this.agreement.inForce((voter) =>
      voter === this.server.id ? Number.POSITIVE_INFINITY : (this.progress.get(voter)?.heardRound ?? 0),
    );
  }
}
