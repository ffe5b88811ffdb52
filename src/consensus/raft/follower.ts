/**
 * A server that takes what the leader of its term says, and stands for election when it hears nothing for too long.
 */
import type { NodeId } from '../../kernel/envelope';
import type { Entry, RaftAppend, RaftHeartbeat, RaftInstall, RaftMessage } from '../../protocols/raft';
import { IncomingSnapshot } from './incoming-snapshot';
import type { Place } from './raft-log';
import type { Role, Transitions } from './role';
import type { Server } from './server';
import { TermHistory } from './term-history';

export class Follower implements Role {
  readonly name = 'follower';
  private electionAtMs: number;
  private incoming: IncomingSnapshot | undefined;

  constructor(
    private readonly server: Server,
    private readonly to: Transitions,
    readonly leader: NodeId | undefined,
  ) {
    this.electionAtMs = server.drawElectionMs();
  }

  get wakeAtMs(): number {
    return this.electionAtMs;
  }

  tick(): void {
    const { server } = this;
    if (server.nowMs < this.electionAtMs) return;
    // Who has no vote waits on; it is told when it gets one.
    if (server.isVoter) this.to.stand('trial');
    else this.wait();
  }

  receive(from: NodeId, message: RaftMessage): void {
    switch (message.kind) {
      case 'raft.append':
        this.heard();
        return this.append(from, message);
      case 'raft.heartbeat':
        this.heard();
        return this.heartbeat(from, message);
      case 'raft.install':
        this.heard();
        return this.receivePiece(from, message);
      case 'raft.lead':
        if (this.server.isVoter) this.to.stand('transfer');
        return;
    }
  }

  /** Gave its vote away: whoever got it is given time. */
  wait(): void {
    this.electionAtMs = this.server.drawElectionMs();
  }

  synced(): void {}

  flush(): void {}

  private heard(): void {
    this.server.heardAtMs = this.server.nowMs;
    this.wait();
  }

  /** Figure 2, AppendEntries. */
  private append(from: NodeId, message: RaftAppend): void {
    const { server } = this;
    const { previousIndex, previousTerm, entries, commit, forcedTerm = 0 } = message;
    const agrees = server.log.agrees(previousIndex, previousTerm) && this.sharesSnapshot(message);
    if (!agrees) return this.refuse(from, previousIndex, previousTerm);
    for (const entry of entries) this.take(entry, forcedTerm);
    const last = previousIndex + entries.length;
    server.commitTo(Math.min(commit, last));
    this.acknowledge(from, last);
  }

  /**
   * Whether the own snapshot is of the leader's log. If what it holds may have been lost, that has to be seen before
   * anything is acknowledged: it might have to be replaced by an older one, and then what lies between is held no more.
   */
  private sharesSnapshot({ previousIndex, entries, forcedTerm = 0 }: RaftAppend): boolean {
    const { log } = this.server;
    const { index, term } = log.snapshot;
    if (previousIndex >= index || !this.server.mayLose(index, forcedTerm)) return true;
    return entries[index - previousIndex - 1]?.term === term;
  }

  private refuse(from: NodeId, index: number, previousTerm: number): void {
    const { log, outbox, term } = this.server;
    const hintIndex = log.lastWithin(index, previousTerm);
    const hintTerm = log.terms.termAt(hintIndex) ?? 0;
    const floor = { index: log.snapshot.index, term: log.snapshot.term };
    outbox.say(from, { kind: 'raft.mismatch', term, index, hintIndex, hintTerm, floor });
  }

  /** Only what conflicts is cut off: a message that comes late must not take away what came after it. */
  private take(entry: Entry, forcedTerm: number): void {
    const { server } = this;
    if (server.log.agrees(entry.index, entry.term)) return;
    if (entry.index <= server.log.lastIndex) server.truncateFrom(entry.index, forcedTerm);
    server.append(entry);
  }

  private acknowledge(to: NodeId, index: number): void {
    const { outbox, term, nowMs: sentAtMs } = this.server;
    outbox.promise(to, { kind: 'raft.appended', term, index, sentAtMs });
  }

  private heartbeat(from: NodeId, { round, saidAtMs, commit, proof }: RaftHeartbeat): void {
    const { server } = this;
    const { term, nowMs: sentAtMs } = server;
    server.commitTo(commit);
    if (proof !== undefined) server.freshness.hear(proof, sentAtMs);
    server.outbox.say(from, { kind: 'raft.heard', term, round, saidAtMs, sentAtMs });
  }

  /** Figure 13, InstallSnapshot. */
  private receivePiece(from: NodeId, message: RaftInstall): void {
    const { server } = this;
    const { log } = server;
    const isReplaced = isSame(message.insteadOf, log.snapshot);
    const isKnown = message.index <= server.commitIndex && log.agrees(message.index, message.indexTerm);
    if (isKnown && !isReplaced) return this.acknowledge(from, message.index);
    if (this.incoming?.index !== message.index) this.incoming = new IncomingSnapshot(message);
    const { incoming } = this;
    const snapshot = incoming.add(message);
    if (snapshot === undefined) {
      const { index, bytes } = incoming;
      server.outbox.say(from, { kind: 'raft.received', term: server.term, index, bytes });
      return;
    }
    this.incoming = undefined;
    const agreed = log.agreesWith(message.terms, message.lastIndex);
    // Who holds all that the leader had then may hold more that the leader sent since.
    const isAhead = agreed === message.lastIndex && !isReplaced;
    const { forcedTerm } = new TermHistory(message.terms);
    server.install(snapshot, isAhead ? log.lastIndex : agreed, forcedTerm);
    this.acknowledge(from, snapshot.index);
  }
}

function isSame(one: Place | undefined, other: Place): boolean {
  return one?.index === other.index && one.term === other.term;
}
