/**
 * One server of a Raft group, as a pure state machine (Ongaro & Ousterhout, "In Search of an Understandable Consensus
 * Algorithm", 2014; Ongaro's thesis, 2014). Messages, proposals and the time go in; `take` says what is to be done now.
 * It does nothing by itself: no clock, no disk, no network. The same core ships the log of a leader that observers
 * appoint, and then an entry needs as many copies as the group's members say.
 *
 * Whoever runs it does four things, in turns:
 * 1. hands in what happened: `receive`, `propose`, `read`, `changeMembers`, `transfer`, `holdLease`, or `tick` once
 *    `wakeAtMs` has come;
 * 2. takes what is to be done: buffers the writes in their order, sends the letters, becomes the snapshot that is to be
 *    installed, applies the committed entries, then answers the reads;
 * 3. syncs, for one turn or many, and says so with `synced(written)`, which lets go what had to wait for the disk;
 * 4. now and then takes a snapshot of what was applied and says so with `compact`.
 *
 * All times are milliseconds of a monotonic clock; they are never compared with another server's.
 */
import type { NodeId } from '../../kernel/envelope';
import type { RaftMessage } from '../../protocols/raft';
import type { RaftOptions, Refused, Taken, Todo } from './contract';
import type { MembershipChange } from './membership';
import { RaftView } from './raft-view';
import type { ReadMode } from './reads';
import { recover } from './recover';
import { Seat } from './seat';
import { Server } from './server';
import { raftDefaults } from './settings';

export type { RaftOptions, Refusal, Refused, Taken, Todo } from './contract';

export class Raft extends RaftView {
  /** @example new Raft({ id: 'db-1', random, persisted: blank({ voters: ['db-1'], learners: [] }), nowMs: 0 }); */
  constructor({ id, settings, random, persisted, nowMs, succession = 'elected', observed = false }: RaftOptions) {
    const identity = { id, succession, isObserved: observed };
    const server = new Server(identity, { ...raftDefaults, ...settings }, random, recover(persisted), nowMs);
    super(server, new Seat(server));
  }

  tick(nowMs: number): void {
    this.at(nowMs);
    this.seat.role.tick();
  }

  receive(from: NodeId, message: RaftMessage, nowMs: number): void {
    this.at(nowMs);
    this.seat.receive(from, message);
  }

  /** Asks for a command to be agreed on. */
  propose(command: Uint8Array, nowMs: number): Taken {
    this.at(nowMs);
    const leader = this.seat.proposing;
    if ('ok' in leader) return leader;
    if (leader.uncommitted >= this.server.settings.uncommittedMax) {
      return { ok: false, because: 'full', reason: `${leader.uncommitted} entries wait to be committed: try later` };
    }
    return { ok: true, index: leader.propose(command), term: this.server.term };
  }

  /** Adds or removes one server, or changes how many copies an entry needs. */
  changeMembers(change: MembershipChange, nowMs: number): Taken {
    this.at(nowMs);
    const leader = this.seat.proposing;
    if ('ok' in leader) return leader;
    const members = leader.membersAfter(change);
    if (typeof members === 'string') return { ok: false, because: 'change', reason: members };
    return { ok: true, index: leader.changeMembers(members), term: this.server.term };
  }

  /**
   * Asks up to where the state machine must have come to be read linearizably; the answer comes among `Todo.reads`.
   *
   * @returns why not, where it cannot be asked here.
   */
  read(id: number, mode: ReadMode, nowMs: number): Refused | undefined {
    this.at(nowMs);
    const { leading } = this.seat;
    if (leading === undefined) return this.seat.refusal;
    if (leading.isReadFull) return { ok: false, because: 'full', reason: 'too many reads wait: try later' };
    leading.read(id, mode);
    return undefined;
  }

  /**
   * Whether what is applied here may be read linearizably this very moment, with nobody asked: it leads, knows what is
   * committed, and holds a lease or has nobody to ask.
   */
  canReadNow(nowMs: number): boolean {
    this.at(nowMs);
    return this.seat.leading?.canReadNow ?? false;
  }

  /**
   * The observers promote nobody else before this moment of the own clock; they lent it to whoever leads this term, and how
   * far clocks may drift is taken off already.
   */
  holdLease(term: number, untilMs: number, nowMs: number): void {
    this.at(nowMs);
    if (term === this.server.term) this.seat.leading?.holdLease(untilMs);
  }

  /**
   * Hands leadership to another voter; if it is not done within an election timeout, all stays as it is. Where leaders are
   * appointed it only lets the other one catch up (`progress`), with nothing proposed meanwhile: the rest is the observers'.
   */
  transfer(to: NodeId, nowMs: number): Refused | undefined {
    this.at(nowMs);
    const leader = this.seat.proposing;
    if ('ok' in leader) return leader;
    const reason = leader.handOver(to);
    return reason === undefined ? undefined : { ok: false, because: 'change', reason };
  }

  /** Everything up to a number that `take` gave is on disk. */
  synced(written: number, nowMs: number): void {
    this.at(nowMs);
    this.server.outbox.settle(written);
    this.seat.role.synced();
  }

  /** The state machine's state after the entry at an applied index replaces the log up to there. */
  compact(index: number, data: Uint8Array): void {
    this.server.compact(index, data);
  }

  /** What is to be done now; calling it again gives only what is new. */
  take(): Todo {
    this.seat.role.flush();
    return this.server.take();
  }

  private at(nowMs: number): void {
    if (nowMs > this.server.nowMs) this.server.nowMs = nowMs;
  }
}
