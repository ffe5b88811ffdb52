/**
 * One life of a database: has writes agreed on, runs what was decided, and answers. Nothing is in the data before it is
 * decided, so whatever a read finds may be told.
 */
import { Observable } from 'rxjs';
import type { GroupMember } from '../../consensus/group-member/group-member';
import type { Snapshot } from '../../consensus/raft/raft-log';
import type { Envelope } from '../../kernel/envelope';
import { messageKey } from '../../kernel/events';
import type { Live } from '../../kernel/tier';
import type { Entry } from '../../protocols/raft';
import type { Freshness, SqlFailure, SqlResult } from '../../protocols/sql';
import { type Decided, Group } from './group';
import { encodeEntry } from './log';
import { Reads } from './reads';
import { Refusal } from './refusal';
import type { DatabaseConfig, DatabaseTurn } from './settings';
import type { Command } from './sqlite';
import { DatabaseState, type Outcome } from './state';
import { resultOf, Writes } from './writes';

export class Store implements Decided {
  readonly group: Group;
  private readonly member: GroupMember;
  private readonly state: DatabaseState;
  private readonly writes: Writes;
  private readonly reads: Reads;
  /** Why nothing can be executed yet. */
  private unreadyBecause: SqlFailure | undefined;
  private isWarmingUp = false;

  constructor(
    private readonly turn: DatabaseTurn,
    private readonly live: Live<DatabaseConfig>,
  ) {
    this.unready({ kind: 'sql.failure', because: 'starting', reason: 'the database is starting' });
    this.state = new DatabaseState(live.now.rowsMax);
    this.writes = new Writes(turn);
    this.group = new Group(turn, live, this);
    this.member = this.group.member;
    const answer = (mail: Envelope, work: () => SqlResult): void => this.answer(mail, work);
    this.reads = new Reads(turn, live, this.member, (reason) => this.notPrimary(reason), answer);
    // SQLite's memory is not the garbage collector's: it is given back when this life ends, however it ends.
    turn.during(new Observable(() => () => this.state.close()));
    turn.node.report.expose(() => this.view());
    this.group.begin();
  }

  get ready(): boolean {
    return this.unreadyBecause === undefined;
  }

  /** Runs statements as one, and answers when the answer is safe. */
  execute(mail: Envelope, commands: readonly Command[], freshness: Freshness = 'newest', recovers?: string): void {
    if (this.unreadyBecause !== undefined) return this.turn.reply(mail, this.unreadyBecause);
    // Whoever asked has given up: doing it now would surprise everybody.
    if (mail.budgetMs !== undefined && mail.budgetMs <= 0) return;
    const { member, state } = this;
    try {
      if (freshness === 'newest' && !member.isServing) throw this.notPrimary();
      const [command] = commands;
      const { open: sqlite } = state;
      if (command === undefined || commands.length > 1 || recovers !== undefined || !sqlite.reads(command)) {
        this.write(mail, commands, recovers);
      } else if (freshness === 'any' || (freshness === 'newest' && member.canReadNow)) {
        this.turn.reply(mail, resultOf(sqlite.read(command), member.position, member.positionTerm));
      } else {
        this.reads.read(() => state.open, mail, command, freshness);
      }
    } catch (failure) {
      this.turn.reply(mail, refusalOf(failure).body);
    }
  }

  digest(mail: Envelope): void {
    if (this.unreadyBecause !== undefined) return this.turn.reply(mail, this.unreadyBecause);
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
    this.reads.moved();
    if (this.unreadyBecause !== undefined) this.warmUp();
  }

  /** What it proposed in an earlier office is out of its hands. */
  office(term: number, former: number): void {
    const { self, report } = this.turn.node;
    const { voters, learners } = this.member.members;
    this.writes.giveUp(term === 0 ? Number.POSITIVE_INFINITY : term, `${self} lost its office before it was decided`);
    if (voters.length + learners.length > 1 || former > 0) {
      report.log('info', term === 0 ? `not primary any more (term ${former})` : `primary in term ${term}`);
    }
  }

  unready(failure: SqlFailure): void {
    this.unreadyBecause = failure;
    this.turn.node.report.unready(failure.reason);
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

  private notPrimary(reason?: string): Refusal {
    const { self } = this.turn.node;
    const { primary } = this.group;
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
    if (this.isWarmingUp || state.sqlite === undefined) return;
    if (!isServing && (this.group.primary === undefined || raft === undefined)) return;
    this.isWarmingUp = true;
    const { applied, snapshotAt } = state;
    this.turn.after(applied * this.live.now.replayMs, () => {
      const { report } = this.turn.node;
      this.unreadyBecause = undefined;
      report.ready();
      const { isNew } = this.group;
      const text = isNew ? 'new database' : `ready at ${position}: snapshot at ${snapshotAt}, ${applied} entries`;
      report.log('info', text);
    });
  }

  private view(): unknown {
    return {
      state: this.unreadyBecause?.reason ?? 'ready',
      answersHeld: this.writes.length + this.reads.length,
      snapshotAt: this.member.raft?.snapshot.index ?? 0,
      replication: this.group.view,
    };
  }
}

function refusalOf(failure: unknown): Refusal {
  if (failure instanceof Refusal) return failure;
  throw failure;
}
