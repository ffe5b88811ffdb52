/**
 * One server of a Raft group, as a pure state machine (Ongaro & Ousterhout, "In Search of an Understandable Consensus
 * Algorithm", 2014; Ongaro's thesis, 2014). Messages, proposals and the time go in; `take` says what is to be done now.
 * It does nothing by itself: no clock, no disk, no network.
 *
 * Whoever runs it does four things, in turns:
 * 1. hands in what happened: `receive`, `propose`, `read`, `changeMembers`, `transfer`, or `tick` once `wakeAtMs` has come;
 * 2. takes what is to be done: buffers the writes in their order, sends the letters, becomes the snapshot that is to be
 *    installed, applies the committed entries, then answers the reads;
 * 3. syncs, for one turn or many, and says so with `synced(written)`, which lets go what had to wait for the disk;
 * 4. now and then takes a snapshot of what was applied and says so with `compact`.
 *
 * All times are milliseconds of one monotonic clock that the server's own lives share or not; they are never compared
 * with another server's.
 */
import type { NodeId } from '../../kernel/envelope';
import type { Random } from '../../kernel/random';
import type { Entry, Members, RaftMessage } from '../../protocols/raft';
import { Candidate } from './candidate';
import { Follower } from './follower';
import { Leader } from './leader';
import type { MembershipChange } from './membership';
import type { Letter, Write } from './outbox';
import type { Progress } from './progress';
import type { Snapshot } from './raft-log';
import type { ReadMode } from './reads';
import { type Persisted, recover } from './recover';
import type { Role, RoleName, Stand, Transitions } from './role';
import { type ReadOutcome, Server } from './server';
import { type RaftSettings, raftDefaults } from './settings';
import { judgeVote } from './voting';

/** What is to be done now. */
export interface Todo {
  /** To be buffered in this order. */
  readonly writes: readonly Write[];
  /** To be handed to `synced` once these writes survive a crash. */
  readonly written: number;
  /** To be sent, at once: what has to wait for the disk is not among them yet. */
  readonly letters: readonly Letter[];
  /** The state machine becomes this, before anything else is applied. */
  readonly install: Snapshot | undefined;
  /** Committed, in order. A `command` is for the state machine, everything else only moves its position. */
  readonly apply: readonly Entry[];
  /** To be answered after `apply`. */
  readonly reads: readonly ReadOutcome[];
}

/**
 * A proposal was taken, which promises nothing yet: it is done when an entry of this index and term is applied. If one of
 * another term is applied at this index, it was not done; if neither is known, neither is the outcome.
 */
export type Taken =
  | { readonly ok: true; readonly index: number; readonly term: number }
  | { readonly ok: false; readonly because: Refusal; readonly reason: string };

/** `not-leader` and `transferring`: ask the leader, if one is known; `full`: try later; `change`: it cannot be changed so. */
export type Refusal = 'not-leader' | 'transferring' | 'full' | 'change';

export interface RaftOptions {
  readonly id: NodeId;
  readonly settings?: Partial<RaftSettings>;
  /** A source of chance of its own: two servers with the same one may stand for election at the same time for ever. */
  readonly random: Random;
  readonly persisted: Persisted;
  readonly nowMs: number;
}

export class Raft {
  private readonly server: Server;
  private readonly transitions: Transitions = {
    follow: (term, leader) => this.follow(term, leader),
    stand: (how) => this.stand(how),
    lead: () => this.lead(),
  };
  private role: Role;

  /** @example new Raft({ id: 'db-1', random, persisted: blank({ voters: ['db-1'], learners: [] }), nowMs: 0 }); */
  constructor({ id, settings, random, persisted, nowMs }: RaftOptions) {
    this.server = new Server(id, { ...raftDefaults, ...settings }, random, recover(persisted), nowMs);
    this.role = new Follower(this.server, this.transitions, undefined);
  }

  get id(): NodeId {
    return this.server.id;
  }

  get term(): number {
    return this.server.term;
  }

  get roleName(): RoleName {
    return this.role.name;
  }

  /** Who leads in this term, as far as is known here. */
  get leader(): NodeId | undefined {
    return this.role.leader;
  }

  get commitIndex(): number {
    return this.server.commitIndex;
  }

  get lastIndex(): number {
    return this.server.log.lastIndex;
  }

  get firstIndex(): number {
    return this.server.log.firstIndex;
  }

  /** The newest snapshot. */
  get snapshot(): Snapshot {
    return this.server.log.snapshot;
  }

  get members(): Members {
    return this.server.log.membership.members;
  }

  /** How far each follower is, where it leads. */
  get progress(): ReadonlyMap<NodeId, Progress> {
    return this.role instanceof Leader ? this.role.replication.progress : new Map();
  }

  /** An entry that is still in the log. */
  entryAt(index: number): Entry | undefined {
    return this.server.log.at(index);
  }

  /** When `tick` wants to be called at the latest; may change with every input. */
  get wakeAtMs(): number {
    return this.role.wakeAtMs;
  }

  tick(nowMs: number): void {
    this.at(nowMs);
    this.role.tick();
  }

  receive(from: NodeId, message: RaftMessage, nowMs: number): void {
    this.at(nowMs);
    const { server } = this;
    if (message.kind === 'raft.vote') {
      const isLeading = this.role instanceof Leader;
      const answer = judgeVote(server, from, message, isLeading);
      if (answer !== 'protected' && !message.isTrial && message.term > server.term) this.follow(message.term);
      const granted = answer === 'granted';
      if (granted && !message.isTrial) this.giveVote(from);
      const term = granted ? message.term : server.term;
      const isTrial = message.isTrial;
      const voted = { kind: 'raft.voted', term, isTrial, granted } as const;
      return granted && !isTrial ? server.outbox.promise(from, voted) : server.outbox.say(from, voted);
    }
    if (message.kind === 'raft.voted' && message.isTrial && message.granted) {
      if (message.term === server.term + 1) this.role.receive(from, message);
      return;
    }
    if (message.term > server.term) this.follow(message.term);
    const isFromLeader =
      message.kind === 'raft.append' || message.kind === 'raft.heartbeat' || message.kind === 'raft.install';
    if (message.term < server.term) {
      if (isFromLeader) server.outbox.say(from, { kind: 'raft.outdated', term: server.term });
      return;
    }
    if (isFromLeader && this.role.leader === undefined) this.follow(server.term, from);
    this.role.receive(from, message);
  }

  /** Asks for a command to be agreed on. */
  propose(command: Uint8Array, nowMs: number): Taken {
    this.at(nowMs);
    const leader = this.leading();
    if (!(leader instanceof Leader)) return leader;
    if (leader.uncommitted >= this.server.settings.uncommittedMax) {
      return { ok: false, because: 'full', reason: `${leader.uncommitted} entries wait to be committed: try later` };
    }
    return { ok: true, index: leader.propose(command), term: this.server.term };
  }

  /** Adds or removes one server. */
  changeMembers(change: MembershipChange, nowMs: number): Taken {
    this.at(nowMs);
    const leader = this.leading();
    if (!(leader instanceof Leader)) return leader;
    const members = leader.membersAfter(change);
    if (typeof members === 'string') return { ok: false, because: 'change', reason: members };
    return { ok: true, index: leader.changeMembers(members), term: this.server.term };
  }

  /**
   * Asks up to where the state machine must have come to be read linearizably; the answer comes among `Todo.reads`.
   *
   * @returns why not, where it cannot be asked here.
   */
  read(id: number, mode: ReadMode, nowMs: number): Extract<Taken, { ok: false }> | undefined {
    this.at(nowMs);
    if (!(this.role instanceof Leader)) return this.notLeading();
    if (this.role.isReadFull) return { ok: false, because: 'full', reason: 'too many reads wait: try later' };
    this.role.read(id, mode);
    return undefined;
  }

  /** Hands leadership to another voter; if it is not done within an election timeout, all stays as it is. */
  transfer(to: NodeId, nowMs: number): Extract<Taken, { ok: false }> | undefined {
    this.at(nowMs);
    const leader = this.leading();
    if (!(leader instanceof Leader)) return leader;
    const isAble = to !== this.id && this.server.log.membership.isVoter(to);
    if (!isAble) return { ok: false, because: 'change', reason: `${to} is no other voter of the group` };
    leader.handOver(to);
    return undefined;
  }

  /** Everything up to a number that `take` gave is on disk. */
  synced(written: number, nowMs: number): void {
    this.at(nowMs);
    this.server.outbox.settle(written);
    this.role.synced();
  }

  /** The state machine's state after the entry at an applied index replaces the log up to there. */
  compact(index: number, data: Uint8Array): void {
    const { log, appliedIndex } = this.server;
    const term = log.termAt(index);
    if (index > appliedIndex)
      throw new Error(`${this.id}: entry ${index} is not applied, only those to ${appliedIndex}`);
    if (term === undefined || index <= log.snapshot.index) return;
    this.server.compact({ index, term, members: log.membersAt(index), data });
  }

  /** What is to be done now; calling it again gives only what is new. */
  take(): Todo {
    const { server } = this;
    this.role.flush();
    const { installing: install, readOutcomes: reads } = server;
    server.installing = undefined;
    server.readOutcomes = [];
    return { ...server.outbox.take(), install, apply: server.takeCommitted(), reads };
  }

  private at(nowMs: number): void {
    this.server.nowMs = Math.max(this.server.nowMs, nowMs);
  }

  private leading(): Leader | Extract<Taken, { ok: false }> {
    const { role } = this;
    if (!(role instanceof Leader)) return this.notLeading();
    if (role.isTransferring) return { ok: false, because: 'transferring', reason: 'leadership is being handed over' };
    return role;
  }

  private notLeading(): Extract<Taken, { ok: false }> {
    const { leader } = this;
    const reason = leader === undefined ? 'nobody is known to lead: try again' : `${leader} leads: ask it`;
    return { ok: false, because: 'not-leader', reason };
  }

  private giveVote(to: NodeId): void {
    if (this.server.votedFor !== to) this.server.giveVote(to);
    if (this.role instanceof Follower) this.role.wait();
  }

  private follow(term: number, leader?: NodeId): void {
    if (this.role instanceof Leader) this.role.end();
    if (term > this.server.term) this.server.enter(term);
    this.role = new Follower(this.server, this.transitions, leader);
  }

  private stand(how: Stand): void {
    const candidate = new Candidate(this.server, this.transitions, how);
    this.role = candidate;
    candidate.begin();
  }

  private lead(): void {
    const leader = new Leader(this.server, this.transitions);
    this.role = leader;
    leader.begin();
  }
}
