/**
 * The role that a server has now, what of all that it hears concerns its role at all, and how one role gives way to the
 * next. A later term ends every role; an earlier one is answered with the news.
 */
import type { NodeId } from '../../kernel/envelope';
import type { RaftAppoint, RaftMessage, RaftVote } from '../../protocols/raft';
import { judgeAppointment, judgePromise, promised } from './appointing';
import { Candidate } from './candidate';
import type { Refused } from './contract';
import { Follower } from './follower';
import { Leader } from './leader';
import type { Role, Stand, Transitions } from './role';
import type { Server } from './server';
import { judgeVote } from './voting';

export class Seat {
  private readonly transitions: Transitions = {
    follow: (term, leader) => this.follow(term, leader),
    stand: (how) => this.stand(how),
    lead: (isForced) => this.lead(isForced),
  };
  private current: Role;

  constructor(private readonly server: Server) {
    this.current = new Follower(server, this.transitions, undefined);
    if (this.isAlone) this.stand('election');
  }

  get role(): Role {
    return this.current;
  }

  get leading(): Leader | undefined {
    return this.current instanceof Leader ? this.current : undefined;
  }

  /** Whoever takes proposals, or why nobody does here. */
  get proposing(): Leader | Refused {
    const { leading } = this;
    if (leading === undefined) return this.refusal;
    if (leading.isTransferring)
      return { ok: false, because: 'transferring', reason: 'leadership is being handed over' };
    return leading;
  }

  /** What is answered to whoever wants something that only a leader can do. */
  get refusal(): Refused {
    const { leader } = this.current;
    const reason = leader === undefined ? 'nobody is known to lead: try again' : `${leader} leads: ask it`;
    return { ok: false, because: 'not-leader', reason };
  }

  receive(from: NodeId, message: RaftMessage): void {
    const { server } = this;
    switch (message.kind) {
      case 'raft.vote':
        if (server.succession === 'elected') this.vote(from, message);
        return;
      case 'raft.promise':
        if (server.succession === 'appointed') this.promise(from, message.term);
        return;
      case 'raft.appoint':
        if (server.succession === 'appointed') this.appoint(from, message);
        return;
      case 'raft.promised':
        return;
      case 'raft.voted':
      case 'raft.lead':
        if (server.succession === 'appointed') return;
        if (message.kind === 'raft.voted' && message.isTrial && message.granted) {
          if (message.term === server.term + 1) this.current.receive(from, message);
          return;
        }
    }
    if (message.term > server.term) this.follow(message.term);
    const isFromLeader =
      message.kind === 'raft.append' || message.kind === 'raft.heartbeat' || message.kind === 'raft.install';
    if (message.term < server.term) {
      if (isFromLeader) this.sayOutdated(from);
      return;
    }
    if (isFromLeader && this.current.leader === undefined) this.follow(server.term, from);
    this.current.receive(from, message);
  }

  /**
   * Whether nobody else has a say, so that there is nothing to wait for. Where observers give out the terms it is they who
   * have it. And who was elected by others until lately, and has restarted, may still be counted on by one of them for a
   * lease.
   */
  private get isAlone(): boolean {
    const { succession, isObserved, log, id } = this.server;
    const isFree = succession === 'elected' ? log.membershipBefore === undefined : !isObserved;
    return isFree && log.membership.isAlone(id);
  }

  private vote(from: NodeId, message: RaftVote): void {
    const { server } = this;
    const answer = judgeVote(server, from, message, this.leading !== undefined);
    if (answer !== 'protected' && !message.isTrial && message.term > server.term) this.follow(message.term);
    const granted = answer === 'granted';
    if (granted && !message.isTrial) this.giveVote(from);
    const term = granted ? message.term : server.term;
    const isTrial = message.isTrial;
    const voted = { kind: 'raft.voted', term, isTrial, granted } as const;
    if (granted && !isTrial) server.outbox.promise(from, voted);
    else server.outbox.say(from, voted);
  }

  private giveVote(to: NodeId): void {
    if (this.server.votedFor !== to) this.server.giveVote(to);
    if (this.current instanceof Follower) this.current.wait();
  }

  /** First the promise, then the report: what was reported is all there will ever be of earlier terms. */
  private promise(to: NodeId, term: number): void {
    const { server } = this;
    if (!judgePromise(server, to, term, this.current.leader)) return this.sayOutdated(to);
    if (term > server.term) this.follow(term);
    if (server.votedFor !== to) server.giveVote(to);
    server.outbox.promise(to, promised(server));
  }

  private appoint(from: NodeId, { term, isForced }: RaftAppoint): void {
    const { server } = this;
    const isUnderWay = term === server.term && this.current.name !== 'follower';
    if (isUnderWay) return;
    if (!judgeAppointment(server, term, this.current.leader)) return this.sayOutdated(from);
    // On disk before it leads: a later life must not take the same appointment for a second reign of this term.
    this.stand(isForced === true ? 'forced' : 'appointment');
  }

  private sayOutdated(to: NodeId): void {
    this.server.outbox.say(to, { kind: 'raft.outdated', term: this.server.term });
  }

  private follow(term: number, leader?: NodeId): void {
    this.leading?.end();
    if (term > this.server.term) this.server.enter(term);
    this.current = new Follower(this.server, this.transitions, leader);
  }

  private stand(how: Stand): void {
    const candidate = new Candidate(this.server, this.transitions, how);
    this.current = candidate;
    candidate.begin();
  }

  private lead(isForced: boolean): void {
    const leader = new Leader(this.server, this.transitions, isForced);
    this.current = leader;
    leader.begin();
  }
}
