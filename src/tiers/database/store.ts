/**
 * One life of a database: comes up from its disk, has writes agreed on, runs what was decided, and answers. Nothing is in
 * the data before it is decided, so whatever a read finds may be told.
 */
import { Observable, tap } from 'rxjs';
import { type GroupMachine, GroupMember } from '../../consensus/group-member/group-member';
import type { Snapshot } from '../../consensus/raft/raft-log';
import type { Envelope } from '../../kernel/envelope';
import { messageKey } from '../../kernel/events';
import type { Live } from '../../kernel/tier';
import type { Entry, RaftMessage } from '../../protocols/raft';
import type { ReplicationJoin } from '../../protocols/replication';
import type { Freshness, SqlFailure, SqlResult } from '../../protocols/sql';
import { Beginning } from './beginning';
import { peersOf } from './joining';
import { Lease, type Leaseholder } from './lease';
import { encodeEntry } from './log';
import { Reads } from './reads';
import { Refusal } from './refusal';
import type { DatabaseConfig, DatabaseTurn } from './settings';
import type { Command } from './sqlite';
import { Standing } from './standing';
import { DatabaseState, type Outcome } from './state';
import { Upkeep } from './upkeep';
import { resultOf, Writes } from './writes';

export class Store implements GroupMachine {
  private readonly state: DatabaseState;
  private readonly member: GroupMember;
  private readonly beginning: Beginning;
  private readonly writes: Writes;
  private readonly reads: Reads;
  private readonly upkeep: Upkeep;
  private readonly standing: Standing;
  private readonly lease: Lease;
  /** Why nothing can be executed yet. */
  private unready: SqlFailure | undefined = startingBecause('the database is starting');
  private isWarmingUp = false;
  /** The term in which it proposed what waits to be decided. */
  private leadingTerm = 0;

  constructor(
    private readonly turn: DatabaseTurn,
    private readonly live: Live<DatabaseConfig>,
  ) {
    const { electionTimeoutMs, heartbeatMs, heldMax, succession, observers, reads } = live.now;
    const observed = observers.length > 0;
    const settings = { electionTimeoutMs, heartbeatMs, uncommittedMax: heldMax, readsMax: heldMax };
    const compaction = (): { entries: number; bytes: number } => ({
      entries: live.now.snapshotEntries,
      bytes: live.now.snapshotBytes,
    });
    this.state = new DatabaseState(live.now.rowsMax);
    this.member = new GroupMember(turn, this, { settings, succession, observed, reads, compaction });
    this.beginning = new Beginning(turn, live, {
      start: (persisted, contents) => this.member.start(persisted, contents),
      refuse: (because, reason) => this.refuse(because, reason),
      wait: (reason) => this.wait(reason),
    });
    this.writes = new Writes(turn);
    const answer = (mail: Envelope, work: () => SqlResult): void => this.answer(mail, work);
    this.reads = new Reads(turn, live, this.member, (reason) => this.notPrimary(reason), answer);
    this.upkeep = new Upkeep(turn, this.member, () => live.now.succession === 'elected');
    this.standing = new Standing(turn.node.self, this.member);
    this.lease = new Lease(turn, this.leaseholder());
    // SQLite's memory is not the garbage collector's: it is given back when this life ends, however it ends.
    turn.during(new Observable(() => () => this.state.close()));
    turn.during(turn.node.members.changes.pipe(tap(() => this.upkeep.act())));
    turn.node.report.expose(() => this.view());
    turn.node.report.unready('the database is starting');
    this.beginning.load();
  }

  get ready(): boolean {
    return this.unready === undefined;
  }

  /** Runs statements as one, and answers when the answer is safe. */
  execute(mail: Envelope, commands: readonly Command[], freshness: Freshness = 'newest', recovers?: string): void {
    if (this.unready !== undefined) return this.turn.reply(mail, this.unready);
    // Whoever asked has given up: doing it now would surprise everybody.
    if (mail.budgetMs !== undefined && mail.budgetMs <= 0) return;
    const { member, state } = this;
    try {
      if (freshness === 'newest' && !member.isServing) throw this.notPrimary();
      const [command] = commands;
      const { open: sqlite } = state;
      if (command === undefined || commands.length > 1 || recovers !== undefined || !sqlite.reads(command)) {
        this.write(mail, commands, recovers);
      } else if (freshness === 'any' || member.canReadNow) {
        this.turn.reply(mail, resultOf(sqlite.read(command), member.position, member.positionTerm));
      } else {
        this.reads.read(() => state.open, mail, command, freshness);
      }
    } catch (failure) {
      this.turn.reply(mail, refusalOf(failure).body);
    }
  }

  receive(mail: Envelope, message: RaftMessage): void {
    const { voters, learners } = this.member.members;
    const { from } = mail;
    const isPeer = voters.includes(from) || learners.includes(from) || peersOf(this.turn).includes(from);
    if (isPeer || this.live.now.observers.includes(from)) return this.member.receive(from, message);
    this.turn.reply(mail, { kind: 'error', reason: `${from} has no say in this group` });
  }

  join(mail: Envelope, { life }: ReplicationJoin): void {
    const { node } = this.turn;
    if (!peersOf(this.turn).includes(mail.from)) {
      const reason = `${mail.from} is no database of this site`;
      return this.turn.reply(mail, { kind: 'replication.refused', because: 'impossible', reason });
    }
    if (this.member.isServing) return this.upkeep.apply(mail, life);
    if (this.beginning.isBlank) {
      const reason = `${node.self} has no data either`;
      return this.turn.reply(mail, { kind: 'replication.refused', because: 'blank', reason });
    }
    const primary = this.primary;
    const reason = primary === undefined ? `${node.self} knows no primary` : `${primary} is the primary`;
    const because = 'not-primary';
    this.turn.reply(mail, {
      kind: 'replication.refused',
      because,
      reason,
      ...(primary === undefined ? {} : { primary }),
    });
  }

  status(mail: Envelope): void {
    this.turn.reply(mail, this.standing.at(this.turn.nowMs));
  }

  digest(mail: Envelope): void {
    if (this.unready !== undefined) return this.turn.reply(mail, this.unready);
    const { position, positionTerm: term } = this.member;
    this.turn.reply(mail, { kind: 'replication.digested', position, term, digest: this.state.open.digest() });
  }

  install(snapshot: Snapshot): void {
    this.state.install(snapshot);
  }

  apply(entry: Entry): void {
    if (entry.what !== 'command') return this.writes.settle(entry, undefined);
    let outcome: Outcome | Refusal;
    try {
      outcome = this.state.apply(entry.command, entry.index);
    } catch (failure) {
      outcome = refusalOf(failure);
    }
    this.writes.settle(entry, outcome);
  }

  serialize(): Uint8Array {
    return this.state.serialize();
  }

  turned(): void {
    const { raft } = this.member;
    if (raft === undefined) return;
    const term = raft.roleName === 'leader' ? raft.term : 0;
    if (term !== this.leadingTerm) this.changeOffice(term);
    this.reads.moved();
    if (this.unready !== undefined) this.warmUp();
    if (term === 0 || raft.progress.size === 0) return this.upkeep.act();
    this.standing.note(this.turn.nowMs);
    this.upkeep.act();
  }

  private write(mail: Envelope, commands: readonly Command[], recovers: string | undefined): void {
    const { rowsMax, heldMax } = this.live.now;
    if (!this.member.isServing) throw this.notPrimary();
    if (this.writes.length >= heldMax) throw new Refusal('limit', `${heldMax} answers wait for the disk already`);
    this.state.open.admit(commands);
    const entry = encodeEntry({ id: messageKey(mail), commands, rowsMax, recovers });
    const refusal = this.member.propose(entry, (index, term) => this.writes.wait(mail, index, term));
    if (refusal?.because === 'full') throw new Refusal('limit', refusal.reason);
    if (refusal !== undefined) throw this.notPrimary(refusal.reason);
  }

  private answer(mail: Envelope, work: () => SqlResult): void {
    try {
      this.turn.reply(mail, work());
    } catch (failure) {
      this.turn.reply(mail, refusalOf(failure).body);
    }
  }

  /** Begins to lead in a term, or ceases to (0): what it proposed before is out of its hands. */
  private changeOffice(term: number): void {
    const { self, report } = this.turn.node;
    const { voters, learners } = this.member.members;
    this.writes.giveUp(term === 0 ? Number.POSITIVE_INFINITY : term, `${self} lost its office before it was decided`);
    if (voters.length + learners.length > 1 || this.leadingTerm > 0) {
      const was = this.leadingTerm === 0 ? '' : `not primary any more (term ${this.leadingTerm})`;
      report.log('info', term === 0 ? was : `primary in term ${term}`);
    }
    this.leadingTerm = term;
    this.lease.keep();
  }

  private leaseholder(): Leaseholder {
    const { member, live } = this;
    return {
      observers: live.now.observers,
      renewMs: live.now.renewMs,
      standing: () => {
        const { raft } = member;
        if (raft?.roleName !== 'leader') return undefined;
        const { term, lastIndex, commitIndex, members } = raft;
        return { kind: 'observers.renew', term, lastIndex, commitIndex, members };
      },
      hold: (term, untilMs) => member.holdLease(term, untilMs),
    };
  }

  private get primary(): string | undefined {
    const leader = this.member.raft?.leader;
    return leader === this.turn.node.self ? undefined : leader;
  }

  private notPrimary(reason?: string): Refusal {
    const { self } = this.turn.node;
    const { primary } = this;
    if (primary !== undefined) {
      return new Refusal('not-primary', reason ?? `${self} is a replica: ask ${primary}`, { primary });
    }
    if (this.member.raft?.roleName === 'leader') return new Refusal('starting', `${self} is taking office: try again`);
    return new Refusal('not-primary', reason ?? `${self} knows no primary: try again`);
  }

  /** Once its data is there and somebody leads, it takes its time for what it has read again, then serves. */
  private warmUp(): void {
    const { raft, isServing, position } = this.member;
    const { state } = this;
    if (this.isWarmingUp || state.sqlite === undefined || raft === undefined) return;
    if (!isServing && (raft.leader === undefined || raft.leader === this.turn.node.self)) return;
    this.isWarmingUp = true;
    const { applied, snapshotAt } = state;
    this.turn.after(applied * this.live.now.replayMs, () => {
      this.unready = undefined;
      this.turn.node.report.ready();
      const isNew = this.beginning.isNew;
      const text = isNew ? 'new database' : `ready at ${position}: snapshot at ${snapshotAt}, ${applied} entries`;
      this.turn.node.report.log('info', text);
    });
  }

  private refuse(because: SqlFailure['because'], reason: string): void {
    this.turn.node.report.log('error', reason);
    this.unready = { kind: 'sql.failure', because, reason };
    this.turn.node.report.unready(reason);
  }

  private wait(reason: string): void {
    this.unready = startingBecause(reason);
    this.turn.node.report.unready(reason);
  }

  private view(): unknown {
    const { kind: _kind, ...replication } = this.standing.at(this.turn.nowMs);
    return {
      state: this.unready?.reason ?? 'ready',
      answersHeld: this.writes.length + this.reads.length,
      snapshotAt: this.member.raft?.snapshot.index ?? 0,
      replication,
    };
  }
}

function startingBecause(reason: string): SqlFailure {
  return { kind: 'sql.failure', because: 'starting', reason };
}

function refusalOf(failure: unknown): Refusal {
  if (failure instanceof Refusal) return failure;
  throw failure;
}
