/**
 * A server that takes what the leader of its term says, and stands for election when it hears nothing for too long.
 */
import type { NodeId } from '../../kernel/envelope';
import type { Entry, RaftAppend, RaftHeartbeat, RaftInstall, RaftMessage } from '../../protocols/raft';
import { IncomingSnapshot } from './incoming-snapshot';
import type { Role, Transitions } from './role';
import type { Server } from './server';

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
  private append(from: NodeId, { previousIndex, previousTerm, entries, commit }: RaftAppend): void {
    const { server } = this;
    const { log, term } = server;
    // What lies below its own log is committed, so it is the same as the leader's.
    if (previousIndex < log.firstIndex - 1) return this.acknowledge(from, server.commitIndex);
    if (!log.matches(previousIndex, previousTerm)) {
      const hintIndex = log.lastWithin(previousIndex, previousTerm);
      const hintTerm = log.termAt(hintIndex) ?? 0;
      server.outbox.say(from, { kind: 'raft.mismatch', term, index: previousIndex, hintIndex, hintTerm });
      return;
    }
    for (const entry of entries) this.take(entry);
    const last = previousIndex + entries.length;
    server.commitTo(Math.min(commit, last));
    this.acknowledge(from, last);
  }

  /** Only what conflicts is cut off: a message that comes late must not take away what came after it. */
  private take(entry: Entry): void {
    const { server } = this;
    if (server.log.matches(entry.index, entry.term)) return;
    if (entry.index <= server.log.lastIndex) server.truncateFrom(entry.index);
    server.append(entry);
  }

  private acknowledge(to: NodeId, index: number): void {
    this.server.outbox.promise(to, { kind: 'raft.appended', term: this.server.term, index });
  }

  private heartbeat(from: NodeId, { round, saidAtMs, commit }: RaftHeartbeat): void {
    const { server } = this;
    server.commitTo(commit);
    server.outbox.say(from, { kind: 'raft.heard', term: server.term, round, saidAtMs });
  }

  /** Figure 13, InstallSnapshot. */
  private receivePiece(from: NodeId, message: RaftInstall): void {
    const { server } = this;
    if (message.index <= server.commitIndex) return this.acknowledge(from, server.commitIndex);
    if (this.incoming?.index !== message.index) this.incoming = new IncomingSnapshot(message);
    const { incoming } = this;
    const snapshot = incoming.add(message);
    if (snapshot === undefined) {
      const { index, bytes } = incoming;
      server.outbox.say(from, { kind: 'raft.received', term: server.term, index, bytes });
      return;
    }
    this.incoming = undefined;
    server.install(snapshot);
    this.acknowledge(from, snapshot.index);
  }
}
