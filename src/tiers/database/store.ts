/**
 * One life of a database: comes up from its disk, executes, and answers when what it says is safe. Many writes share one
 * sync (group commit): those that arrive while a sync runs wait for the next.
 */
import { Observable } from 'rxjs';
import { Fifo } from '../../algorithms/fifo';
import type { DiskFailure } from '../../kernel/disk';
import type { Envelope } from '../../kernel/envelope';
import { messageKey } from '../../kernel/events';
import type { Live } from '../../kernel/tier';
import type { SqlFailure, SqlResult } from '../../protocols/sql';
import { encodeEntry, encodeSnapshot } from './log';
import { type Recovered, recover } from './recovery';
import { Refusal } from './refusal';
import type { DatabaseConfig, DatabaseTurn } from './settings';
import type { Command, Effect, Sqlite } from './sqlite';

/** An answer that waits until its position is on disk. */
interface Held {
  readonly mail: Envelope;
  readonly result: SqlResult;
}

/** How long until a disk that could not be read is tried again. */
const readAgainMs = 1_000;

export class Store {
  private sqlite: Sqlite | undefined;
  /** Why nothing can be executed yet. */
  private unready: SqlFailure = { kind: 'sql.failure', because: 'starting', reason: 'the database is starting' };
  /** The last entry that SQLite has, and the last one that a crash would spare. */
  private applied = 0;
  private durable = 0;
  private syncing = false;
  private readonly held = new Fifo<Held>();
  private snapshotAt = 0;
  private bytesSinceSnapshot = 0;

  constructor(
    private readonly turn: DatabaseTurn,
    private readonly live: Live<DatabaseConfig>,
  ) {
    turn.node.report.expose(() => ({
      state: this.ready ? 'ready' : this.unready.reason,
      position: this.applied,
      onDisk: this.durable,
      answersHeld: this.held.length,
      snapshotAt: this.snapshotAt,
    }));
    turn.node.report.unready(this.unready.reason);
    this.load();
  }

  get ready(): boolean {
    return this.sqlite !== undefined;
  }

  /** Runs statements as one, and answers when the answer is safe. */
  execute(mail: Envelope, commands: readonly Command[]): void {
    const { sqlite } = this;
    if (sqlite === undefined) return this.turn.reply(mail, this.unready);
    // Whoever asked has given up: doing it now would surprise everybody.
    if (mail.budgetMs !== undefined && mail.budgetMs <= 0) return;
    try {
      const [command] = commands;
      if (command !== undefined && commands.length === 1 && sqlite.reads(command)) this.read(sqlite, mail, command);
      else this.write(sqlite, mail, commands);
    } catch (failure) {
      if (!(failure instanceof Refusal)) throw failure;
      this.turn.reply(mail, { kind: 'sql.failure', because: failure.because, reason: failure.message });
    }
  }

  private read(sqlite: Sqlite, mail: Envelope, command: Command): void {
    const result = this.resultOf(sqlite.read(command), this.applied);
    if (this.applied === this.durable) this.turn.reply(mail, result);
    else this.hold(mail, result);
  }

  private write(sqlite: Sqlite, mail: Envelope, commands: readonly Command[]): void {
    this.refuseWhenFull();
    const position = this.applied + 1;
    const effect = sqlite.write(commands, position);
    const entry = encodeEntry({ id: messageKey(mail), commands });
    if (this.turn.node.disk.append(entry) !== position) throw new Error(`the log is not at ${position}`);
    this.applied = position;
    this.bytesSinceSnapshot += entry.length;
    this.held.push({ mail, result: this.resultOf(effect, position) });
    this.sync();
  }

  private hold(mail: Envelope, result: SqlResult): void {
    this.refuseWhenFull();
    this.held.push({ mail, result });
  }

  private refuseWhenFull(): void {
    const { heldMax } = this.live.now;
    if (this.held.length >= heldMax) throw new Refusal('limit', `${heldMax} answers wait for the disk already`);
  }

  private sync(): void {
    if (this.syncing) return;
    this.syncing = true;
    const covered = this.applied;
    this.turn.node.disk.sync((failure) => {
      this.syncing = false;
      if (failure !== undefined) return this.panic(failure);
      this.durable = covered;
      for (
        let next = this.held.peek();
        next !== undefined && next.result.position <= covered;
        next = this.held.peek()
      ) {
        this.held.shift();
        this.turn.reply(next.mail, next.result);
      }
      if (this.applied > covered) this.sync();
      this.snapshotIfDue();
    });
  }

  /**
   * Memory is now ahead of the disk, and nobody knows which of the unsynced entries will be found there. As PostgreSQL
   * does since 2018, this life ends: the next one believes the disk, and those who wait for an answer do not get one.
   */
  private panic({ reason }: DiskFailure): never {
    this.turn.node.report.log('error', `could not sync: ${reason}; stopping, since memory is ahead of the disk`);
    throw new Error(`could not sync: ${reason}`);
  }

  private snapshotIfDue(): void {
    const { snapshotEntries, snapshotBytes } = this.live.now;
    const entries = this.applied - this.snapshotAt;
    if (this.sqlite === undefined || (entries < snapshotEntries && this.bytesSinceSnapshot < snapshotBytes)) return;
    const position = this.applied;
    const { disk } = this.turn.node;
    disk.put('snapshot', encodeSnapshot({ position, database: this.sqlite.serialize() }));
    this.snapshotAt = position;
    this.bytesSinceSnapshot = 0;
    disk.sync((failure) => {
      if (failure !== undefined) return this.panic(failure);
      disk.truncateBefore(position + 1);
    });
  }

  private load(): void {
    const { disk, report } = this.turn.node;
    disk.read((contents, failure) => {
      if (failure !== undefined) {
        this.refuse('disk', `cannot read the disk: ${failure.reason}`);
        this.turn.after(readAgainMs, () => this.load());
        return;
      }
      const { damage } = contents;
      if (damage?.corrupt === true) {
        const reason = `entry ${damage.index} of the log is damaged (${damage.reason}) and more follow it`;
        return this.refuse('disk', `${reason}; acknowledged writes would be missing, so this database does not start`);
      }
      if (damage !== undefined) {
        report.log(
          'warn',
          `the log ended in a torn entry at ${damage.index} (${damage.reason}); it was never acknowledged`,
        );
      }
      this.open(recover(contents, this.live.now));
    });
  }

  private open(recovered: Recovered): void {
    const { disk, report } = this.turn.node;
    const { sqlite, position, snapshotAt, replayed, isNew } = recovered;
    this.applied = position;
    this.durable = position;
    this.snapshotAt = snapshotAt;
    const begin = (): void => {
      this.sqlite = sqlite;
      report.ready();
      report.log(
        'info',
        isNew ? 'new database' : `ready at ${position}: snapshot at ${snapshotAt}, ${replayed} entries`,
      );
    };
    // SQLite's memory is not the garbage collector's: it is given back when this life ends, however it ends.
    this.turn.during(new Observable(() => () => sqlite.close()));
    if (isNew) disk.put('snapshot', encodeSnapshot({ position, database: sqlite.serialize() }));
    else disk.truncateBefore(snapshotAt + 1);
    disk.sync((failure) => {
      if (failure !== undefined) return this.panic(failure);
      this.turn.after(replayed * this.live.now.replayMs, begin);
    });
  }

  private refuse(because: SqlFailure['because'], reason: string): void {
    this.turn.node.report.log('error', reason);
    this.unready = { kind: 'sql.failure', because, reason };
    this.turn.node.report.unready(reason);
  }

  private resultOf(effect: Effect, position: number): SqlResult {
    const { columns, rows, changes, lastId, writeId } = effect;
    if (writeId === undefined) return { kind: 'sql.result', columns, rows, changes, lastId, position };
    return { kind: 'sql.result', columns, rows, changes, lastId, position, writeId };
  }
}
