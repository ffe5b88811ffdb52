/**
 * A whole group in virtual time, with its network, disks, clients and accidents: one seed, one history. After every turn
 * of every server the invariants are looked at.
 */
import type { Succession } from '../../src/consensus/raft/contract';
import { raftDefaults } from '../../src/consensus/raft/settings';
import type { NodeId } from '../../src/kernel/envelope';
import { type Random, seeded } from '../../src/kernel/random';
import type { Copies, Members, RaftMessage } from '../../src/protocols/raft';
import { Agenda } from './agenda';
import { Coordinator, observer } from './coordinator';
import { Invariants } from './invariants';
import { Member, type Surroundings } from './member';
import { Readers } from './readers';
import type { Losable } from './reigns';
import { foundOnDisk } from './tails';
import { Wire, type WireSettings } from './wire';

/** What a trial begins with. */
export interface Setting {
  readonly seed: number;
  /** How many servers there are, and how many of them belong to the group from the start. */
  readonly servers: number;
  readonly founders: number;
  readonly wire: WireSettings;
  readonly batchEntriesMax: number;
  readonly compactEvery: number;
  readonly keptEntries: number;
  readonly succession: Succession;
  /** How many copies an entry needs, and what promotions may lose. */
  readonly copies: Copies;
  readonly mayLose: Losable;
  /** What the first of them hold from terms of their own; see `foundOnDisk`. */
  readonly tails: readonly number[];
}

export const electionTimeoutMs = 150;
const heartbeatMs = 30;
const clockDriftMax = 0.1;
const writeEveryMs = 25;
const readEveryMs = 20;
const leaseEveryMs = 25;

export class Cluster {
  readonly agenda = new Agenda();
  readonly invariants: Invariants;
  readonly readers = new Readers();
  /** Who appoints, where nobody is elected. */
  readonly coordinator: Coordinator | undefined;
  readonly members: readonly Member[];
  readonly wire: Wire;
  private readonly random: Random;
  /** After how many turns the next leader crashes. */
  endReignAfter: number | undefined;
  private reigningTerm = 0;
  private turnsLeft = -1;
  private written = 0;

  constructor(private readonly setting: Setting) {
    const { agenda } = this;
    const { succession, copies, mayLose } = setting;
    const invariants = new Invariants(mayLose);
    this.invariants = invariants;
    this.random = seeded(setting.seed);
    const ids = Array.from({ length: setting.servers }, (_, place) => `db-${place + 1}`);
    const founders: Members = { voters: ids.slice(0, setting.founders), learners: [], copies };
    this.wire = new Wire(agenda, this.random.fork('wire'), setting.wire, (to, from, body) => {
      if (to === observer) return this.coordinator?.receive(from, body);
      this.find(to)?.turn((raft, localMs) => raft.receive(from, body, localMs));
    });
    const around: Surroundings = {
      agenda,
      random: this.random.fork('members'),
      settings: {
        ...raftDefaults,
        electionTimeoutMs,
        heartbeatMs,
        clockDriftMax,
        batchEntriesMax: setting.batchEntriesMax,
        inFlightMax: 3,
        pieceBytesMax: 5,
        keptEntries: setting.keptEntries,
      },
      led: { succession, observed: succession === 'appointed' },
      compactEvery: setting.compactEvery,
      did: (member, todo) => {
        const isNew = invariants.look(member, todo);
        if (isNew && mayLose !== 'nothing') this.readers.lose(member);
        this.watchReign(member);
        for (const { to, body } of todo.letters) this.wire.send(member.id, to, body);
        const { raft } = member;
        const isDone = raft?.roleName === 'leader' && todo.apply.some(({ term }) => term === raft.term);
        for (const read of todo.reads) this.readers.answer(member, read, agenda.nowMs);
        if (isDone) this.readers.learn(member.machine.position, agenda.nowMs);
        if (mayLose === 'nothing') this.readers.lookAtFreshness(member, agenda.nowMs);
      },
    };
    const rates = this.random.fork('clocks');
    this.members = ids.map((id, place) => {
      const rate = 1 + clockDriftMax * (2 * rates.next() - 1);
      const known = founders.voters.includes(id) ? founders : undefined;
      return new Member(id, foundOnDisk(place, known, setting.tails), rate, around);
    });
    for (const member of this.members) member.start();
    if (succession === 'appointed') {
      const say = (to: NodeId, body: RaftMessage): void => this.wire.send(observer, to, body);
      const random = this.random.fork(observer);
      this.coordinator = new Coordinator({
        agenda,
        random,
        servers: ids,
        mayLose: mayLose !== 'nothing',
        clockDriftMax,
        say,
      });
      this.every(leaseEveryMs, () => this.lease());
    }
    this.every(writeEveryMs, () => this.write());
    this.every(readEveryMs, () => this.read());
  }

  get leaders(): readonly Member[] {
    return this.members.filter(({ raft }) => raft?.roleName === 'leader');
  }

  /** The one that leads the latest term. */
  get leader(): Member | undefined {
    return this.leaders.reduce<Member | undefined>((latest, member) => {
      return (member.raft?.term ?? 0) > (latest?.raft?.term ?? -1) ? member : latest;
    }, undefined);
  }

  run(ms: number): void {
    this.agenda.runUntil(this.agenda.nowMs + ms);
  }

  /** Every leader is asked, those that are deposed without knowing it as well. */
  write(): void {
    for (const member of this.leaders) {
      const command = Buffer.from(`write ${++this.written}`);
      member.turn((raft, localMs) => raft.propose(command, localMs));
    }
  }

  /** A client asks it the very moment it goes on. */
  pause(member: Member, ms: number): void {
    const untilMs = this.agenda.nowMs + ms;
    member.pause(untilMs);
    this.agenda.plan(untilMs, () => this.read());
  }

  private watchReign(member: Member): void {
    const { raft } = member;
    if (raft?.roleName !== 'leader' || raft.term < this.reigningTerm) return;
    const isNew = raft.term > this.reigningTerm;
    this.reigningTerm = raft.term;
    if (this.endReignAfter === undefined) return;
    this.turnsLeft = isNew ? this.endReignAfter : this.turnsLeft - 1;
    if (this.turnsLeft !== 0) return;
    this.endReignAfter = undefined;
    this.agenda.plan(this.agenda.nowMs, () => member.crash());
  }

  private read(): void {
    // Whoever forces a leader upon a group that may go on with another one has stale reads as well.
    if (this.setting.mayLose === 'anything') return;
    for (const member of this.leaders) {
      this.readers.ask(member, 'confirmed');
      this.readers.ask(member, 'lease');
      this.readers.readNow(member, this.agenda.nowMs);
    }
  }

  /** Every leader asks for a lease. */
  private lease(): void {
    for (const member of this.leaders) {
      const { raft, localMs: askedMs } = member;
      if (raft === undefined) continue;
      const { term, knownMembers } = raft;
      this.wire.carry(member.id, observer, () => {
        const lentMs = this.coordinator?.lend(member.id, term, knownMembers);
        if (lentMs === undefined) return;
        this.wire.carry(observer, member.id, () => {
          member.turn((raft, localMs) => raft.holdLease(term, askedMs + lentMs, localMs));
        });
      });
    }
  }

  private find(id: NodeId): Member | undefined {
    return this.members.find((member) => member.id === id);
  }

  private every(ms: number, work: () => void): void {
    this.agenda.plan(this.agenda.nowMs + ms, () => {
      work();
      this.every(ms, work);
    });
  }
}
