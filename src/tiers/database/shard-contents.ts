/**
 * The tables of a shard as units: everything under a key, or a part of it, as text and back. What is put aside, and what was
 * changed in a slice under way, lies in tables of its own in the same database, so every snapshot has it.
 */
import type { Database, Statement } from 'better-sqlite3';
import type { ShardedTable, ShardKey } from '../../protocols/shard-map';
import type { SqlValue } from '../../protocols/sql';
import { type Aside, compareUnits, type Put, type ShardContents, type Touch, type Unit } from '../../sharding/contents';
import { isShardKey, unitName } from '../../sharding/shard-key';
import { UnitIndex } from './unit-index';

/** Of no interest to anybody but the shard itself; see `sharding.ts` for what keeps others out. */
export const internalTables: readonly string[] = ['shard_state', 'shard_aside', 'shard_touched'];

export const internalSchema: readonly string[] = [
  'CREATE TABLE shard_state (id INTEGER PRIMARY KEY CHECK (id = 1), state TEXT NOT NULL) STRICT',
  `CREATE TABLE shard_aside (
    unit TEXT PRIMARY KEY, key ANY NOT NULL, part ANY, contents TEXT, position INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE shard_touched (
    unit TEXT PRIMARY KEY, key ANY NOT NULL, part ANY, position INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
];

type Row = readonly SqlValue[];

/** How the rows of one table are read, written and removed by unit. */
interface UnitTable {
  readonly name: string;
  readonly hasPart: boolean;
  readonly select: Statement<SqlValue[], Row>;
  readonly insert: Statement<SqlValue[]>;
  readonly remove: Statement<SqlValue[]>;
}

export class SqliteContents implements ShardContents {
  private readonly tables: readonly UnitTable[];
  private readonly byName: ReadonlyMap<string, UnitTable>;
  private readonly keys: Statement<SqlValue[], Row>;
  readonly aside: Aside;
  /** Kept by whoever hears what is written, and when that is taken back. */
  readonly index: UnitIndex;

  constructor(
    private readonly database: Database,
    sharded: readonly ShardedTable[],
  ) {
    this.tables = sharded.map((one) => unitTable(database, one));
    this.byName = new Map(this.tables.map((table) => [table.name, table]));
    this.keys = database.prepare<SqlValue[], Row>(unionOf(sharded)).raw(true);
    this.aside = new SqliteAside(database);
    this.index = new UnitIndex(() => this.allUnits());
  }

  units(wanted: (key: ShardKey, part?: ShardKey) => boolean, after: Unit | undefined, unitsMax: number): Unit[] {
    const found: Unit[] = [];
    for (const unit of this.index.after(after)) {
      if (found.length >= unitsMax) break;
      if (wanted(unit.key, unit.part)) found.push(unit);
    }
    return found;
  }

  private *allUnits(): Generator<Unit, void> {
    for (const row of this.keys.iterate()) yield unitOf(row);
  }

  read(unit: Unit): string | undefined {
    const contents: [string, Row[]][] = [];
    for (const { name, hasPart, select } of this.tables) {
      if (!hasPart && unit.part !== undefined) continue;
      const rows = select.all(...bindingOf(unit, hasPart));
      if (rows.length > 0) contents.push([name, rows]);
    }
    return contents.length === 0 ? undefined : JSON.stringify(contents);
  }

  write(unit: Unit, contents: string): void {
    this.index.add(unit);
    for (const [name, rows] of JSON.parse(contents) as [string, SqlValue[][]][]) {
      const insert = this.byName.get(name)?.insert;
      for (const row of rows) insert?.run(...row);
    }
  }

  /** What others refer to comes last. Most units lie in few of the tables, and to delete nothing costs as much as to read. */
  remove(unit: Unit, contents: string): void {
    for (const [name] of (JSON.parse(contents) as [string][]).reverse()) {
      const table = this.byName.get(name);
      table?.remove.run(...bindingOf(unit, table.hasPart));
    }
    this.index.remove(unit);
  }

  touched(after: Touch | undefined, unitsMax: number): Touch[] {
    const rows = this.database
      .prepare<SqlValue[], Row>(
        'SELECT key, part, position FROM shard_touched WHERE position >= ? ORDER BY position, key, part',
      )
      .raw(true)
      .iterate(after?.position ?? 0);
    const found: Touch[] = [];
    for (const row of rows) {
      if (found.length >= unitsMax) break;
      const touch = { unit: unitOf(row), position: Number(row[2]) };
      const isAfter =
        after === undefined || touch.position > after.position || compareUnits(touch.unit, after.unit) > 0;
      if (isAfter) found.push(touch);
    }
    return found;
  }

  forgetTouched(): void {
    this.database.prepare<SqlValue[]>('DELETE FROM shard_touched').run();
  }

  /** Notes that these were changed by the entry at a position. */
  touch(units: Iterable<Unit>, position: number): void {
    const note = this.database.prepare<SqlValue[]>(
      `INSERT INTO shard_touched VALUES (?, ?, ?, ?) ON CONFLICT (unit) DO UPDATE SET position = excluded.position`,
    );
    for (const unit of units) note.run(unitName(unit.key, unit.part), unit.key, unit.part ?? null, position);
  }

  /** Rows and bytes of their values, by table. */
  sizes(): { readonly table: string; readonly rows: number; readonly bytes: number }[] {
    return this.tables.map(({ name }) => {
      const columns = columnsOf(this.database, name).map((column) => `coalesce(octet_length(${column}), 0)`);
      const sizes = this.database
        .prepare<[], [number, number]>(`SELECT count(*), coalesce(sum(${columns.join(' + ')}), 0) FROM ${name}`)
        .raw(true)
        .get();
      return { table: name, rows: sizes?.[0] ?? 0, bytes: sizes?.[1] ?? 0 };
    });
  }

  /** How many there are, and how many of these are keys and not parts of one. */
  count(): { readonly units: number; readonly keys: number } {
    let [units, keys] = [0, 0];
    for (const unit of this.allUnits()) {
      units++;
      if (unit.part === undefined) keys++;
    }
    return { units, keys };
  }
}

class SqliteAside implements Aside {
  private readonly find: Statement<[string], [string | null, number]>;
  private readonly place: Statement<SqlValue[]>;
  private readonly all: Statement<[], Row>;

  constructor(private readonly database: Database) {
    this.find = database
      .prepare<[string], [string | null, number]>('SELECT contents, position FROM shard_aside WHERE unit = ?')
      .raw(true);
    this.place = database.prepare<SqlValue[]>('INSERT OR REPLACE INTO shard_aside VALUES (?, ?, ?, ?, ?)');
    this.all = database
      .prepare<[], Row>('SELECT key, part, contents, position FROM shard_aside ORDER BY key, part')
      .raw(true);
  }

  get({ key, part }: Unit): Put | undefined {
    const row = this.find.get(unitName(key, part));
    return row === undefined ? undefined : { contents: row[0] ?? undefined, position: row[1] };
  }

  put({ key, part }: Unit, { contents, position }: Put): void {
    this.place.run(unitName(key, part), key, part ?? null, contents ?? null, position);
  }

  /** All at once: while SQLite goes through rows, nothing else can be done to the database. */
  each(): (readonly [Unit, Put])[] {
    return this.all.all().map((row) => {
      const [, , contents, position] = row;
      return [
        unitOf(row),
        { contents: typeof contents === 'string' ? contents : undefined, position: Number(position) },
      ];
    });
  }

  clear(): void {
    this.database.prepare<SqlValue[]>('DELETE FROM shard_aside').run();
  }
}

function unitTable(database: Database, { table, key, part }: ShardedTable): UnitTable {
  // Ids that each shard counts by itself are left behind: the row gets the next one there.
  const isCounted = /\bAUTOINCREMENT\b/i.test(textOf(database, table));
  const columns = columnsOf(database, table).filter((column) => !isCounted || column !== '"seq"');
  const order = isCounted ? 'rowid' : columns.map((_, place) => place + 1).join(', ');
  const where = part === undefined ? `"${key}" = ?` : `"${key}" = ? AND "${part}" IS ?`;
  const list = columns.join(', ');
  return {
    name: table,
    hasPart: part !== undefined,
    select: database
      .prepare<SqlValue[], Row>(`SELECT ${list} FROM ${table} WHERE ${where} ORDER BY ${order}`)
      .raw(true),
    insert: database.prepare<SqlValue[]>(
      `INSERT INTO ${table} (${list}) VALUES (${columns.map(() => '?').join(', ')})`,
    ),
    remove: database.prepare<SqlValue[]>(`DELETE FROM ${table} WHERE ${where}`),
  };
}

/**
 * Each unit of any table once, in their order: SQLite puts nothing before integers, and these before texts, and merges what
 * it reads from one index per table.
 */
function unionOf(sharded: readonly ShardedTable[]): string {
  const each = sharded.map(({ table, key, part }) => {
    return `SELECT "${key}" AS "key", ${part === undefined ? 'NULL' : `"${part}"`} AS "part" FROM ${table}`;
  });
  return `${each.join(' UNION ')} ORDER BY 1, 2`;
}

function columnsOf(database: Database, table: string): string[] {
  return database
    .prepare(`SELECT * FROM ${table}`)
    .columns()
    .map(({ name }) => `"${name}"`);
}

function textOf(database: Database, table: string): string {
  return String(
    database.prepare<SqlValue[]>("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?").pluck().get(table),
  );
}

function bindingOf({ key, part }: Unit, hasPart: boolean): SqlValue[] {
  return hasPart ? [key, part ?? null] : [key];
}

function unitOf([key, part]: Row): Unit {
  if (!isShardKey(key)) throw new Error(`a row lies under ${String(key)}, which is no key`);
  return isShardKey(part) ? { key, part } : { key };
}
