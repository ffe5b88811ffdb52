/**
 * SQLite in memory as a state machine: statements in, rows out, a whole transaction or nothing. It remembers nothing
 * that is not in its bytes, and every throw of it is a `Refusal` with SQLite's own words.
 */
import SQLite, { type Database, type Statement } from 'better-sqlite3';
import type { ShardMap } from '../../protocols/shard-map';
import type { SqlParameter, SqlResult, SqlValue } from '../../protocols/sql';
import { type Caution, soundCaution } from '../../sharding/caution';
import { type Changed, ChangedRows } from './changed-rows';
import { makeDeterministic } from './determinism';
import { digestOf } from './digest';
import { NewIds } from './new-ids';
import { Refusal } from './refusal';
import { Sharding } from './sharding';
import { judge, type Nature } from './statement';
import { callsWhatVaries, isSingle } from './statement-plan';

/** One statement and what its `?` stand for. */
export interface Command {
  readonly statement: string;
  readonly parameters: readonly SqlParameter[];
}

/** What a statement brought about; the position is the caller's business. */
export type Effect = Pick<SqlResult, 'columns' | 'rows' | 'changes' | 'lastId' | 'writeId'>;

/** Where the version of a row stands in a result, by name of the column: the log position of the write that made it. */
const versionColumn = 'version';
const preparedMax = 500;

const fixedTables = 'a shard keeps the tables that it was founded with: all shards have the same ones';

interface Prepared {
  readonly statement: Statement<SqlValue[][], SqlValue[]>;
  readonly nature: Nature;
  readonly columns: string[];
  readonly versionPlace: number;
  /** It looks one row up by its integer primary key, so there cannot be too many. */
  readonly single: boolean;
  /** It calls, itself or by defaults and triggers, what may depend on the clock or on chance: only its run tells. */
  isDoubtful: boolean | undefined;
}

export class Sqlite {
  /** The position of the entry that is being applied, or of the last one that was. */
  position = 0;
  private readonly prepared = new Map<string, Prepared>();
  private readonly newIds: NewIds;
  private readonly changedRows: ChangedRows;
  private shard: Sharding | undefined;
  private plainDatabase: Database | undefined;
  private readonly begin: Statement;
  private readonly commit: Statement;
  private readonly rollback: Statement;

  private constructor(
    private readonly database: Database,
    private readonly rowsMax: number,
    private readonly caution: Caution,
  ) {
    makeDeterministic(
      database,
      () => this.position,
      () => this.plain(),
    );
    // A row that another one replaces is gone like any other: its triggers fire.
    database.pragma('recursive_triggers = ON');
    this.newIds = new NewIds(database);
    this.changedRows = new ChangedRows(database);
    this.shard = Sharding.of(database, caution);
    this.begin = database.prepare('BEGIN');
    this.commit = database.prepare('COMMIT');
    this.rollback = database.prepare('ROLLBACK');
  }

  /** An empty database, or the one that these bytes are. */
  static open(rowsMax: number, bytes?: Uint8Array, caution = soundCaution): Sqlite {
    const database = bytes === undefined ? new SQLite(':memory:') : new SQLite(Buffer.from(bytes));
    return new Sqlite(database, rowsMax, caution);
  }

  /** Which shard it is of what; nothing where it is all there is. */
  get sharding(): Sharding | undefined {
    return this.shard;
  }

  /** Keeps what a shard owns by a map, and nothing else, from now on. */
  becomeShard(self: string, map: ShardMap): void {
    this.prepared.clear();
    this.shard = Sharding.found(this.database, self, map, this.caution);
  }

  /** Whether it is noted which rows writes change, as far as caches may have them. */
  trackChanges(isWanted: boolean): void {
    this.changedRows.want(isWanted);
  }

  /** What the write that was done just now has changed; asked for once. */
  takeChanged(): Changed {
    return this.changedRows.take();
  }

  /** Whether a statement only reads; throws a `Refusal` for one that is not taken. */
  reads({ statement }: Command): boolean {
    return this.prepare(statement).statement.readonly;
  }

  /** Runs one statement that only reads. */
  read({ statement, parameters }: Command): Effect {
    this.newIds.begin();
    try {
      return this.query(this.prepare(statement), this.newIds.resolve(parameters));
    } catch (failure) {
      throw refusalOf(failure);
    }
  }

  /**
   * Throws a `Refusal` for statements that no copy could run, or not all of them alike. What is behind a definition can
   * be judged only when that has been run.
   */
  admit(commands: readonly Command[]): void {
    let isDoubtful = false;
    let defines = false;
    for (const { statement } of commands) {
      const nature: Nature = defines ? judge(statement) : this.prepare(statement).nature;
      isDoubtful ||= defines || this.isDoubtful(statement);
      defines ||= nature.defines;
    }
    if (isDoubtful) this.rehearse(commands);
  }

  /**
   * Runs statements as one transaction, as the entry at a position; the rows are those of the last one. Throws a
   * `Refusal`, and has done nothing, where every other copy with the same data does so too.
   *
   * @param note what is noted in the same transaction, and in no result.
   */
  write(commands: readonly Command[], position: number, rowsMax = this.rowsMax, note?: Command): Effect {
    this.position = position;
    this.shard?.begin();
    this.changedRows.begin();
    try {
      this.begin.run();
      if (note !== undefined) this.prepare(note.statement).statement.run(this.newIds.resolve(note.parameters));
      const effect = this.runAll(commands, rowsMax);
      this.shard?.note(position);
      this.commit.run();
      return effect;
    } catch (failure) {
      this.undo();
      throw refusalOf(failure);
    }
  }

  /** The whole database as bytes. */
  serialize(): Buffer {
    return this.database.serialize();
  }

  /** A hash of all data: equal data, equal hashes, however it came to be. */
  digest(): string {
    return digestOf(this.database);
  }

  close(): void {
    this.database.close();
    this.plainDatabase?.close();
  }

  /** A connection with SQLite's functions as they were, for dates. */
  private plain(): Database {
    this.plainDatabase ??= new SQLite(':memory:');
    return this.plainDatabase;
  }

  /** Runs statements and takes them back: where one asks for the clock, that is found out before it is in a log. */
  private rehearse(commands: readonly Command[]): void {
    try {
      this.begin.run();
      this.runAll(commands, this.rowsMax);
    } catch (failure) {
      const refusal = refusalOf(failure);
      if (refusal.because === 'not-deterministic' || refusal.because === 'not-allowed') throw refusal;
    } finally {
      this.undo();
    }
  }

  private undo(): void {
    // A constraint with ON CONFLICT ROLLBACK has ended the transaction already.
    if (this.database.inTransaction) this.rollback.run();
    this.prepared.clear();
  }

  private runAll(commands: readonly Command[], rowsMax: number): Effect {
    let last: Effect = { columns: [], rows: [], changes: 0, lastId: 0 };
    let changes = 0;
    let lastId = 0;
    this.newIds.begin();
    for (const { statement, parameters } of commands) {
      const prepared = this.prepare(statement);
      const values = this.newIds.resolve(parameters);
      if (prepared.nature.defines) this.changedRows.defining();
      if (prepared.columns.length > 0) {
        last = this.query(prepared, values, rowsMax);
        if (!prepared.statement.readonly) changes += last.rows.length;
      } else {
        const info = prepared.statement.run(values);
        changes += info.changes;
        if (prepared.nature.inserts) lastId = Number(info.lastInsertRowid);
        last = { columns: [], rows: [], changes: 0, lastId: 0 };
      }
      if (prepared.nature.defines) this.prepared.clear();
    }
    return { ...last, changes, lastId };
  }

  private query(prepared: Prepared, parameters: SqlValue[], rowsMax = this.rowsMax): Effect {
    const { columns, versionPlace } = prepared;
    const rows = this.rowsOf(prepared, parameters, rowsMax);
    const version = rows.length === 1 ? rows[0]?.[versionPlace] : undefined;
    if (typeof version !== 'number') return { columns, rows, changes: 0, lastId: 0 };
    return { columns, rows, changes: 0, lastId: 0, writeId: String(version) };
  }

  private rowsOf({ statement, single }: Prepared, parameters: SqlValue[], rowsMax: number): SqlValue[][] {
    if (single) {
      const row = statement.get(parameters);
      return row === undefined ? [] : [plainRow(row)];
    }
    const rows: SqlValue[][] = [];
    for (const row of statement.iterate(parameters)) {
      if (rows.length === rowsMax) throw new Refusal('limit', `more than ${rowsMax} rows; ask for fewer (LIMIT)`);
      rows.push(plainRow(row));
    }
    return rows;
  }

  private prepare(text: string): Prepared {
    const known = this.prepared.get(text);
    if (known !== undefined) return known;
    const nature = judge(text);
    if (nature.defines && this.shard !== undefined) throw new Refusal('not-allowed', fixedTables);
    try {
      const prepared = this.compile(text, nature);
      const oldest = this.prepared.size >= preparedMax ? this.prepared.keys().next().value : undefined;
      if (oldest !== undefined) this.prepared.delete(oldest);
      this.prepared.set(text, prepared);
      return prepared;
    } catch (failure) {
      throw refusalOf(failure);
    }
  }

  private compile(text: string, nature: Nature): Prepared {
    const statement = this.database.prepare<SqlValue[][], SqlValue[]>(text);
    if (!statement.reader)
      return { statement, nature, columns: [], versionPlace: -1, single: false, isDoubtful: undefined };
    statement.raw(true);
    const columns = statement.columns().map(({ name }) => name);
    const versionPlace = columns.indexOf(versionColumn);
    return { statement, nature, columns, versionPlace, single: isSingle(this.database, text), isDoubtful: undefined };
  }

  private isDoubtful(text: string): boolean {
    const prepared = this.prepare(text);
    prepared.isDoubtful ??= !prepared.statement.readonly && callsWhatVaries(this.database, text);
    return prepared.isDoubtful;
  }
}

/** What messages can carry: bytes become hexadecimal text, infinities text as well. */
function plainRow(row: SqlValue[]): SqlValue[] {
  for (let place = 0; place < row.length; place++) {
    const value: unknown = row[place];
    if (typeof value === 'string' || value === null) continue;
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) row[place] = String(value);
    } else {
      row[place] = Buffer.isBuffer(value) ? `x'${value.toString('hex')}'` : String(value);
    }
  }
  return row;
}

function refusalOf(failure: unknown): Refusal {
  if (failure instanceof Refusal) return failure;
  const code = failure instanceof SQLite.SqliteError ? failure.code : '';
  const reason = failure instanceof Error ? failure.message : String(failure);
  if (code.startsWith('SQLITE_CONSTRAINT')) return new Refusal('constraint', reason);
  if (reason.includes('more than one statement')) return new Refusal('not-allowed', 'one statement at a time');
  const limit = code === 'SQLITE_TOOBIG' || code === 'SQLITE_FULL' || code === 'SQLITE_NOMEM';
  return new Refusal(limit ? 'limit' : 'syntax', reason);
}
