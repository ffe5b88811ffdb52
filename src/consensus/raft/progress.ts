/**
 * What a leader knows of one follower, and what it may send it next. While it does not know where the logs meet it
 * probes with one message at a time; from then on it streams, a bounded number of messages ahead of the answers; and who
 * is so far behind that the log does not reach down to it gets a snapshot.
 */
import type { RaftMismatch } from '../../protocols/raft';
import { Echo } from './freshness';
import type { Place, RaftLog, Snapshot } from './raft-log';

export type ProgressMode = 'probe' | 'stream' | 'snapshot';

export class Progress {
  mode: ProgressMode = 'probe';
  /** Up to here the follower's synced log is the leader's. */
  match = 0;
  /** The first entry that it has not been sent. */
  next: number;
  /** The newest heartbeat that it answered, and when the leader said that. */
  heardRound = 0;
  heardSaidAtMs = Number.NEGATIVE_INFINITY;
  /** What it may be told of its freshness. */
  readonly echo = new Echo();
  /** The commit index that it was last told. */
  toldCommit = 0;
  /** When something was last sent that wants an answer, or an answer came. */
  activeAtMs: number;
  /** The snapshot that it is being sent, and how much of it has arrived. */
  sending: { readonly snapshot: Snapshot; readonly insteadOf: Place | undefined; offset: number } | undefined;
  /** The last index of each message that has not been answered. */
  private inFlight: number[] = [];

  constructor(lastIndex: number, nowMs: number) {
    this.next = lastIndex + 1;
    this.activeAtMs = nowMs;
  }

  isBlocked(inFlightMax: number): boolean {
    if (this.mode === 'snapshot') return true;
    return this.inFlight.length >= (this.mode === 'probe' ? 1 : inFlightMax);
  }

  /** Whether it owes an answer. */
  get isWaiting(): boolean {
    return this.mode === 'snapshot' || this.inFlight.length > 0;
  }

  sent(last: number, nowMs: number): void {
    this.inFlight.push(last);
    this.activeAtMs = nowMs;
    if (this.mode === 'stream') this.next = last + 1;
  }

  acknowledged(index: number, nowMs: number): void {
    if (index < this.match && this.mode !== 'snapshot') return;
    this.match = Math.max(this.match, index);
    this.activeAtMs = nowMs;
    if (this.sending !== undefined && index < this.sending.snapshot.index) return;
    if (this.mode === 'stream') {
      this.inFlight = this.inFlight.filter((last) => last > index);
      this.next = Math.max(this.next, index + 1);
      return;
    }
    this.mode = 'stream';
    this.sending = undefined;
    this.inFlight = [];
    this.next = this.match + 1;
  }

  /**
   * The logs do not meet at an index. Both sides skip a whole term at once: the leader goes to its last entry that is no
   * later in term than the follower's hint.
   */
  mismatched({ index, hintIndex, hintTerm, floor }: RaftMismatch, log: RaftLog, nowMs: number): void {
    const isStale = this.mode === 'stream' ? index <= this.match : this.mode === 'snapshot' || index !== this.next - 1;
    if (isStale) return;
    if (!log.agrees(floor.index, floor.term)) return this.beginSnapshot(log.snapshot, nowMs, floor);
    this.probe(Math.max(floor.index + 1, Math.min(index, log.lastWithin(hintIndex, hintTerm) + 1)));
  }

  /** No answer came: what was sent may be lost. */
  startOver(nowMs: number): void {
    this.activeAtMs = nowMs;
    if (this.mode !== 'snapshot') this.probe(this.mode === 'probe' ? this.next : this.match + 1);
  }

  /** @param insteadOf the follower's own snapshot, if it is that which has to go. */
  beginSnapshot(snapshot: Snapshot, nowMs: number, insteadOf?: Place): void {
    this.mode = 'snapshot';
    this.inFlight = [];
    this.sending = { snapshot, insteadOf, offset: 0 };
    this.activeAtMs = nowMs;
  }

  private probe(next: number): void {
    this.mode = 'probe';
    this.inFlight = [];
    this.next = Math.max(next, this.match + 1);
  }
}
