/**
 * The server of a term that takes proposals. It appends, never overwrites; tells everybody that it leads; and, if it was
 * elected, steps down when it has not heard from a majority for an election timeout, since by then another may lead (thesis
 * 6.2). Who was appointed leads until it hears of a later term: without the others it commits nothing anyway.
 */
import type { NodeId } from '../../kernel/envelope';
import type { Members, RaftMessage } from '../../protocols/raft';
import { Agreement } from './agreement';
import { Heartbeats } from './heartbeats';
import type { MembershipChange } from './membership';
import { type ReadMode, Reads } from './reads';
import { Replication } from './replication';
import type { Role, Transitions } from './role';
import type { Server } from './server';

export class Leader implements Role {
  readonly name = 'leader';
  readonly replication: Replication;
  private readonly agreement: Agreement;
  private readonly reads: Reads;
  private readonly sinceMs: number;
  private readonly startIndex: number;
  private readonly heartbeats: Heartbeats;
  private transfer: { readonly to: NodeId; readonly untilMs: number } | undefined;

  constructor(
    private readonly server: Server,
    private readonly to: Transitions,
    private readonly isForced: boolean,
  ) {
    this.sinceMs = server.nowMs;
    this.startIndex = server.log.lastIndex + 1;
    this.agreement = new Agreement(server);
    this.replication = new Replication(server, this.agreement);
    this.reads = new Reads(server, this.replication.progress, this.agreement, this.startIndex);
    this.heartbeats = new Heartbeats(server, this.replication, this.reads);
  }

  get leader(): NodeId {
    return this.server.id;
  }

  get wakeAtMs(): number {
    return Math.min(this.heartbeats.atMs, this.transfer?.untilMs ?? Number.POSITIVE_INFINITY);
  }

  get isTransferring(): boolean {
    return this.transfer !== undefined;
  }

  get isReadFull(): boolean {
    return this.reads.isFull;
  }

  /** Nothing newer can have been acknowledged elsewhere, and what is committed here is known and handed over. */
  get canReadNow(): boolean {
    return this.reads.knowsCommitted && !this.isTransferring && this.reads.isConfirmedNow;
  }

  /** Entries that were taken and are not committed. */
  get uncommitted(): number {
    return this.server.log.lastIndex - this.server.commitIndex;
  }

  /** Begins the term with an empty entry: with it everything from before is committed (section 8). */
  begin(): void {
    const start = { what: 'start', index: this.startIndex, term: this.server.term } as const;
    this.server.append(this.isForced ? { ...start, isForced: true } : start);
    this.replication.commit();
  }

  tick(): void {
    const { server, reads } = this;
    if (this.transfer !== undefined && server.nowMs >= this.transfer.untilMs) this.transfer = undefined;
    if (server.succession === 'elected') {
      const silentMs = server.nowMs - Math.max(this.sinceMs, reads.majorityHeardAtMs());
      if (silentMs > server.settings.electionTimeoutMs) return this.to.follow(server.term);
    }
    if (server.nowMs >= this.heartbeats.atMs) this.heartbeats.beat();
  }

  receive(from: NodeId, message: RaftMessage): void {
    switch (message.kind) {
      case 'raft.appended':
        this.replication.acknowledged(from, message.index);
        this.heartbeats.hear(from, message.sentAtMs);
        this.reads.answer();
        return this.handOverTo(from);
      case 'raft.mismatch':
        return this.replication.mismatched(from, message);
      case 'raft.received':
        return this.replication.received(from, message);
      case 'raft.heard':
        return this.heartbeats.heard(from, message);
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
    const { log, commitIndex, settings, succession, id } = this.server;
    if (!this.mayChangeMembers(commitIndex)) return 'this leader has not committed an entry of its term yet: try again';
    if (log.membershipIndex > commitIndex) return 'another change of the group is under way: try again';
    if ('add' in change && change.as === 'voter' && log.membership.isLearner(change.add)) {
      const behind = log.lastIndex - this.replication.matchOf(change.add);
      if (behind > settings.batchEntriesMax) return `${change.add} is ${behind} entries behind: let it catch up first`;
    }
    if (succession === 'elected' && 'copies' in change)
      return 'a group that elects its leader keeps a majority of copies';
    if (succession === 'appointed' && 'remove' in change && change.remove === id) {
      return `${id} leads: let another be appointed first`;
    }
    if ('copies' in change && log.membership.copies === 1) {
      const unaware = log.membership.members.voters.filter(
        (voter) => this.replication.matchOf(voter) < log.membershipIndex,
      );
      if (unaware.length > 0)
        return `${unaware.join(', ')} does not know yet who belongs to the group: wait for it or remove it`;
    }
    return log.membership.after(change);
  }

  /** Takes effect at once, not when it is committed (thesis 4.1). */
  changeMembers(members: Members): number {
    const index = this.server.log.lastIndex + 1;
    this.server.append({ what: 'members', index, term: this.server.term, members });
    // Who is new hears of it at once, and says what it lacks, also where nothing else is ever written.
    this.replication.meet(index);
    return index;
  }

  holdLease(untilMs: number): void {
    this.agreement.lease(untilMs);
    this.replication.commit();
    this.reads.answer();
  }

  /**
   * Stops taking proposals, and lets another stand for election once its log is as long. Where observers appoint they may
   * do so then, and lose no time: the other one has as much as anybody.
   *
   * @returns why not, where it cannot be.
   */
  handOver(to: NodeId): string | undefined {
    const { id, log } = this.server;
    if (to === id || !log.membership.isVoter(to)) return `${to} is no other voter of the group`;
    this.transfer = { to, untilMs: this.server.nowMs + this.server.settings.electionTimeoutMs };
    this.reads.giveUpLease();
    this.handOverTo(to);
    return undefined;
  }

  end(): void {
    this.reads.refuseAll();
  }

  flush(): void {
    const { server, reads, replication } = this;
    replication.commit();
    replication.flush();
    if (reads.wantsRound) this.heartbeats.beat();
    else this.heartbeats.tellCommit();
    // Who has led itself out of the group goes once that is committed, and told (thesis 4.2.2).
    if (server.log.membershipIndex <= server.commitIndex && !server.isVoter) this.to.follow(server.term);
  }

  private mayChangeMembers(commitIndex: number): boolean {
    return commitIndex >= this.startIndex;
  }

  private handOverTo(candidate: NodeId): void {
    const { server, transfer } = this;
    if (server.succession === 'appointed' || transfer?.to !== candidate) return;
    if (this.replication.matchOf(candidate) < server.log.lastIndex) return;
    server.outbox.say(candidate, { kind: 'raft.lead', term: server.term });
  }
}
