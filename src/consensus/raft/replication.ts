/**
 * How a leader makes the logs of its followers equal to its own (section 5.3), in bounded messages of which a bounded
 * number is under way, and how it finds out what is committed.
 */
import type { NodeId } from '../../kernel/envelope';
import type { RaftAppend, RaftMismatch, RaftReceived } from '../../protocols/raft';
import type { Agreement } from './agreement';
import { Progress } from './progress';
import type { Server } from './server';

/** Heartbeats after which an answer is missed. */
const patience = 2;

export class Replication {
  private readonly followers = new Map<NodeId, Progress>();
  private readonly matched = (id: NodeId): number => this.matchOf(id);

  constructor(
    private readonly server: Server,
    private readonly agreement: Agreement,
  ) {
    this.meet();
  }

  get progress(): ReadonlyMap<NodeId, Progress> {
    return this.followers;
  }

  /**
   * Follows the membership: who is new is probed from an index on, the next one if nothing is said; who has left is
   * forgotten.
   */
  meet(next = this.server.log.lastIndex + 1): void {
    const { log, id, nowMs } = this.server;
    const peers = log.membership.peersOf(id);
    for (const peer of peers) {
      if (!this.followers.has(peer)) this.followers.set(peer, new Progress(next - 1, nowMs));
    }
    for (const peer of [...this.followers.keys()]) if (!peers.includes(peer)) this.followers.delete(peer);
  }

  /** Up to here the log of a member is known to be synced. */
  matchOf(id: NodeId): number {
    return id === this.server.id ? this.server.outbox.durableIndex : (this.followers.get(id)?.match ?? 0);
  }

  /** Commits what enough of them have; its own share counts once it is synced (thesis 10.2.1). */
  commit(): void {
    const { commitIndex, log } = this.server;
    if (commitIndex === log.lastIndex) return;
    const reached = this.agreement.committed(this.matched);
    if (reached > commitIndex && this.mayCommit(reached)) this.server.commitTo(reached);
  }

  /**
   * An entry of an earlier term is not committed by counting: another leader could still replace it (section 5.4.2,
   * figure 8). Once an entry of the own term is committed, so is everything before it.
   */
  private mayCommit(index: number): boolean {
    return this.server.log.matches(index, this.server.term);
  }

  acknowledged(from: NodeId, index: number): void {
    const { nowMs } = this.server;
    this.followers.get(from)?.acknowledged(index, nowMs);
    this.commit();
  }

  mismatched(from: NodeId, message: RaftMismatch): void {
    const progress = this.followers.get(from);
    if (progress === undefined) return;
    const wasSending = progress.sending;
    progress.mismatched(message, this.server.log, this.server.nowMs);
    if (progress.sending !== wasSending) this.sendPiece(from, progress);
  }

  /** The next piece of a snapshot, or the same once more if it did not get there. */
  received(from: NodeId, { index, bytes }: RaftReceived): void {
    const progress = this.followers.get(from);
    const sending = progress?.sending;
    if (progress === undefined || sending?.snapshot.index !== index || bytes === sending.offset) return;
    sending.offset = Math.min(bytes, sending.snapshot.data.length);
    progress.activeAtMs = this.server.nowMs;
    this.sendPiece(from, progress);
  }

  /** A follower is alive; if it owes an answer for too long, what was sent may be lost. */
  heard(from: NodeId): void {
    const { nowMs, settings } = this.server;
    const progress = this.followers.get(from);
    if (!progress?.isWaiting || nowMs < progress.activeAtMs + patience * settings.heartbeatMs) return;
    progress.startOver(nowMs);
    if (progress.mode === 'snapshot') this.sendPiece(from, progress);
  }

  /** Sends everybody what it may be sent. */
  flush(): void {
    for (const [peer, progress] of this.followers) this.send(peer, progress);
  }

  private send(to: NodeId, progress: Progress): void {
    const { log, outbox, settings, term, commitIndex: commit, nowMs } = this.server;
    const { forcedTerm } = log.terms;
    const batch = { entriesMax: settings.batchEntriesMax, bytesMax: settings.batchBytesMax };
    while (!progress.isBlocked(settings.inFlightMax) && progress.next <= log.lastIndex) {
      const previousIndex = progress.next - 1;
      const previousTerm = log.termAt(previousIndex);
      if (previousTerm === undefined) {
        progress.beginSnapshot(log.snapshot, nowMs);
        return this.sendPiece(to, progress);
      }
      const entries = log.slice(progress.next, batch);
      const append: RaftAppend = { kind: 'raft.append', term, previousIndex, previousTerm, entries, commit };
      outbox.say(to, forcedTerm === 0 ? append : { ...append, forcedTerm });
      const last = previousIndex + entries.length;
      progress.sent(last, nowMs);
      progress.toldCommit = Math.min(commit, last);
    }
  }

  private sendPiece(to: NodeId, { sending }: Progress): void {
    if (sending === undefined) return;
    const { snapshot, insteadOf, offset } = sending;
    const { index, term: indexTerm, members, data } = snapshot;
    const end = Math.min(data.length, offset + this.server.settings.pieceBytesMax);
    const piece = data.subarray(offset, end);
    const { term, outbox, log } = this.server;
    const { lastIndex } = log;
    const [terms, isLast] = [[...log.terms.upTo(lastIndex)], end === data.length];
    const install = { term, index, indexTerm, members, terms, lastIndex, offset, piece, isLast } as const;
    outbox.say(to, { kind: 'raft.install', ...install, ...(insteadOf === undefined ? {} : { insteadOf }) });
  }
}
