/**
 * The server of a term that takes proposals. It appends, never overwrites; tells everybody that it leads; and steps down
 * when it has not heard from a majority for an election timeout, since by then another may lead (thesis 6.2).
 */
import type { NodeId } from '../../kernel/envelope';
import type { Members, RaftHeard, RaftMessage } from '../../protocols/raft';
import type { MembershipChange } from './membership';
import { type ReadMode, Reads } from './reads';
import { Replication } from './replication';
import type { Role, Transitions } from './role';
import type { Server } from './server';

export class Leader implements Role {
  readonly name = 'leader';
  readonly replication: Replication;
  private readonly reads: Reads;
  private readonly sinceMs: number;
  private readonly startIndex: number;
  private round = 0;
  private heartbeatAtMs: number;
  private transfer: { readonly to: NodeId; readonly untilMs: number } | undefined;

  constructor(
    private readonly server: Server,
    private readonly to: Transitions,
  ) {
    this.sinceMs = server.nowMs;
    this.heartbeatAtMs = server.nowMs;
    this.startIndex = server.log.lastIndex + 1;
    this.replication = new Replication(server);
    this.reads = new Reads(server, this.replication.progress, this.startIndex);
  }

  get leader(): NodeId {
    return this.server.id;
  }

  get wakeAtMs(): number {
    return this.heartbeatAtMs;
  }

  get isTransferring(): boolean {
    return this.transfer !== undefined;
  }

  get isReadFull(): boolean {
    return this.reads.isFull;
  }

  /** Entries that were taken and are not committed. */
  get uncommitted(): number {
    return this.server.log.lastIndex - this.server.commitIndex;
  }

  /** Begins the term with an empty entry: with it everything from before is committed (section 8). */
  begin(): void {
    this.server.append({ what: 'start', index: this.startIndex, term: this.server.term });
    this.replication.commit();
  }

  tick(): void {
    const { server, reads } = this;
    const { electionTimeoutMs } = server.settings;
    if (this.transfer !== undefined && server.nowMs >= this.transfer.untilMs) this.transfer = undefined;
    if (server.nowMs - Math.max(this.sinceMs, reads.majorityHeardAtMs()) > electionTimeoutMs) {
      return this.to.follow(server.term);
    }
    if (server.nowMs >= this.heartbeatAtMs) this.beat();
  }

  receive(from: NodeId, message: RaftMessage): void {
    switch (message.kind) {
      case 'raft.appended':
        this.replication.acknowledged(from, message.index);
        this.reads.answer();
        return this.handOverTo(from);
      case 'raft.mismatch':
        return this.replication.mismatched(from, message);
      case 'raft.received':
        return this.replication.received(from, message);
      case 'raft.heard':
        return this.heard(from, message);
    }
  }

  synced(): void {
    this.replication.commit();
    this.reads.answer();
  }

  /** @returns the index of the entry. */
  propose(command: Uint8Array): number {
    const index = this.server.log.lastIndex + 1;
    this.server.append({ what: 'command', index, term: this.server.term, command });
    return index;
  }

  read(id: number, mode: ReadMode): void {
    this.reads.ask(id, mode);
  }

  /**
   * The group after a change, or in words why it cannot be now. One change at a time, and only after an entry of the own
   * term is committed: without that, two leaders could each change the group in a way that the other does not know of
   * (Ongaro, raft-dev, 2015).
   */
  membersAfter(change: MembershipChange): Members | string {
    const { log, commitIndex, settings } = this.server;
    if (!this.mayChangeMembers(commitIndex)) return 'this leader has not committed an entry of its term yet: try again';
    if (log.membershipIndex > commitIndex) return 'another change of the group is under way: try again';
    if ('add' in change && change.as === 'voter' && log.membership.isLearner(change.add)) {
      const behind = log.lastIndex - this.replication.matchOf(change.add);
      if (behind > settings.batchEntriesMax) return `${change.add} is ${behind} entries behind: let it catch up first`;
    }
    return log.membership.after(change);
  }

  /** Takes effect at once, not when it is committed (thesis 4.1). */
  changeMembers(members: Members): number {
    const index = this.server.log.lastIndex + 1;
    this.server.append({ what: 'members', index, term: this.server.term, members });
    this.replication.meet();
    return index;
  }

  /** Stops taking proposals, and lets another stand for election once its log is as long. */
  handOver(to: NodeId): void {
    this.transfer = { to, untilMs: this.server.nowMs + this.server.settings.electionTimeoutMs };
    this.reads.giveUpLease();
    this.handOverTo(to);
  }

  end(): void {
    this.reads.refuseAll();
  }

  flush(): void {
    const { server, reads, replication } = this;
    replication.commit();
    replication.flush();
    if (reads.wantsRound) this.beat();
    else this.tellCommit();
    // Who has led itself out of the group goes once that is committed, and told (thesis 4.2.2).
    if (server.log.membershipIndex <= server.commitIndex && !server.isVoter) this.to.follow(server.term);
  }

  private mayChangeMembers(commitIndex: number): boolean {
    return commitIndex >= this.startIndex;
  }

  private heard(from: NodeId, { round, saidAtMs }: RaftHeard): void {
    const progress = this.replication.progress.get(from);
    if (progress === undefined) return;
    progress.heardRound = Math.max(progress.heardRound, round);
    progress.heardSaidAtMs = Math.max(progress.heardSaidAtMs, saidAtMs);
    this.replication.heard(from);
    this.reads.answer();
  }

  private handOverTo(candidate: NodeId): void {
    const { server, transfer } = this;
    if (transfer?.to !== candidate || this.replication.matchOf(candidate) < server.log.lastIndex) return;
    server.outbox.say(candidate, { kind: 'raft.lead', term: server.term });
  }

  private beat(): void {
    const { server, replication } = this;
    this.heartbeatAtMs = server.nowMs + server.settings.heartbeatMs;
    this.round++;
    for (const peer of replication.progress.keys()) this.sayHeartbeat(peer);
    this.reads.saying(this.round);
  }

  /** Followers hear at once of what is committed, not with the next beat: they may serve reads too. */
  private tellCommit(): void {
    for (const [peer, { toldCommit, match }] of this.replication.progress) {
      if (toldCommit < Math.min(match, this.server.commitIndex)) this.sayHeartbeat(peer);
    }
  }

  private sayHeartbeat(to: NodeId): void {
    const { outbox, term, nowMs: saidAtMs, commitIndex } = this.server;
    const progress = this.replication.progress.get(to);
    if (progress === undefined) return;
    const commit = Math.min(progress.match, commitIndex);
    progress.toldCommit = commit;
    outbox.say(to, { kind: 'raft.heartbeat', term, round: this.round, saidAtMs, commit });
  }
}
