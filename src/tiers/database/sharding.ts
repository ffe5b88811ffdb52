/**
 * A database that is a shard: it knows what it owns and holds nothing else, whoever writes. Triggers on every sharded table
 * ask for each row that comes, changes or goes; SQLite runs them before anything is done, and no statement gets round them.
 */
import SQLite, { type Database } from 'better-sqlite3';
import type { ShardKey, ShardMap } from '../../protocols/shard-map';
import type {
  ShardsBundles,
  ShardsChanges,
  ShardsDecided,
  ShardsExtract,
  ShardsRefused,
  ShardsSized,
  ShardsStanding,
} from '../../protocols/shards';
import type { Caution } from '../../sharding/caution';
import type { Unit } from '../../sharding/contents';
import { Ownership } from '../../sharding/ownership';
import { newOwnership, readOwnership } from '../../sharding/ownership-state';
import { isShardKey, unitName } from '../../sharding/shard-key';
import { feedTriggers, firstFeed } from './feed';
import { Refusal } from './refusal';
import { internalSchema, internalTables, SqliteContents } from './shard-contents';

export class Sharding {
  private readonly contents: SqliteContents;
  private ownership: Ownership;
  /** What the shard does to its own tables is no write of anybody's. */
  private isOwnWork = false;
  /** Units of the slice under way that this transaction changes. */
  private readonly touched = new Map<string, Unit>();

  private constructor(
    private readonly database: Database,
    private readonly caution: Caution,
    state: string,
  ) {
    const known = readOwnership(state);
    this.register();
    this.contents = new SqliteContents(database, known.map.tables);
    this.ownership = new Ownership(this.contents, known, caution);
  }

  /** Nothing for a database that is no shard. */
  static of(database: Database, caution: Caution): Sharding | undefined {
    const isShard = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'shard_state'").get() !== undefined;
    if (!isShard) return undefined;
    const state = database.prepare('SELECT state FROM shard_state').pluck().get();
    return new Sharding(database, caution, String(state));
  }

  /** Makes a shard of a database that has all rows of all shards: the others' rows go. */
  static found(database: Database, self: string, map: ShardMap, caution: Caution): Sharding {
    for (const statement of internalSchema) database.exec(statement);
    const state = newOwnership(self, map);
    database.prepare('INSERT INTO shard_state VALUES (1, ?)').run(JSON.stringify(state));
    const sharding = new Sharding(database, caution, JSON.stringify(state));
    database.exec('BEGIN');
    database.exec(firstFeed);
    for (const { table, key, part } of [...map.tables].reverse()) {
      database.exec(
        `DELETE FROM ${table} WHERE NOT shard_owns("${key}", ${part === undefined ? 'NULL' : `"${part}"`})`,
      );
    }
    for (const statement of [...guards(map), ...feedTriggers]) database.exec(statement);
    database.exec('COMMIT');
    // What the others have is gone; the room that it took would be in every snapshot.
    database.exec('VACUUM');
    return sharding;
  }

  /** Throws a `Refusal` for who goes by a map that may be wrong about what is here, or is newer than this copy. */
  demandMap(map: number | undefined): void {
    if (map === undefined) return;
    const { changedAt, current, self } = this.ownership.state;
    if (this.ownership.isOld(map)) {
      throw new Refusal('old-map', `${self} has other keys since map version ${changedAt}; this is ${map}`, {
        map: changedAt,
      });
    }
    const isBehind = current !== undefined && current.phase !== 'released' && current.phase !== 'owned';
    if (isBehind && map >= current.version) {
      throw new Refusal('stale', `this copy of ${self} has not heard yet that map version ${map} is in force`);
    }
  }

  /** A transaction begins. */
  begin(): void {
    if (this.touched.size > 0) this.touched.clear();
  }

  /** Before it is committed: notes what it changed of the slice under way. */
  note(position: number): void {
    if (this.touched.size > 0) this.byItself(() => this.contents.touch(this.touched.values(), position));
  }

  /** What was decided about a slice, as the entry at a position, with all that it does to the tables. */
  apply(command: ShardsDecided): ShardsStanding | ShardsRefused {
    const before = this.ownership.state;
    this.database.exec('BEGIN');
    try {
      const answer = this.byItself(() => this.ownership.apply(command));
      if (this.ownership.state !== before) this.byItself(() => this.save());
      this.database.exec('COMMIT');
      if (!this.ownership.isMoving) this.contents.index.forget();
      return answer;
    } catch (failure) {
      if (this.database.inTransaction) this.database.exec('ROLLBACK');
      this.ownership = new Ownership(this.contents, before, this.caution);
      this.contents.index.forget();
      const isConstraint = failure instanceof SQLite.SqliteError && failure.code.startsWith('SQLITE_CONSTRAINT');
      if (!isConstraint) throw failure;
      // Somebody has made rows by hand, with ids that others have elsewhere.
      return { kind: 'shards.refused', because: 'mismatch', reason: `${command.kind}: ${failure.message}` };
    }
  }

  extract(question: ShardsExtract, position: number): ShardsBundles | ShardsRefused {
    return this.ownership.extract(question, position);
  }

  changes(question: ShardsChanges, position: number): ShardsBundles | ShardsRefused {
    return this.ownership.changes(question, position);
  }

  get standing(): ShardsStanding {
    return this.ownership.standing;
  }

  /** Its own name in the map, and the version of the newest that it was told. */
  get self(): string {
    return this.ownership.state.self;
  }

  get mapVersion(): number {
    return this.ownership.state.map.version;
  }

  /** The version of the map at which what it has last changed. */
  get changedAt(): number {
    return this.ownership.state.changedAt;
  }

  get sized(): ShardsSized {
    return {
      kind: 'shards.sized',
      ...this.contents.count(),
      tables: this.contents.sizes(),
      changedAt: this.changedAt,
    };
  }

  /** For people. */
  get view(): object {
    const { self, map, changedAt } = this.ownership.state;
    const { phase } = this.standing;
    return { shard: self, map: map.version, changedAt, phase };
  }

  private save(): void {
    this.database.prepare('UPDATE shard_state SET state = ?').run(JSON.stringify(this.ownership.state));
  }

  private byItself<T>(work: () => T): T {
    this.isOwnWork = true;
    try {
      return work();
    } finally {
      this.isOwnWork = false;
    }
  }

  private register(): void {
    const { database } = this;
    database.function('shard_write', (key: unknown, part: unknown, id: unknown) => this.admit(key, part, id));
    database.function('shard_is_live', () => (this.isOwnWork ? 0 : 1));
    database.function('shard_spreads', (key: unknown) => (isShardKey(key) && this.ownership.spreads(key) ? 1 : 0));
    database.function('shard_owns', (key: unknown, part: unknown) =>
      isShardKey(key) && this.ownership.owns(key, isShardKey(part) ? part : undefined) ? 1 : 0,
    );
    database.function('shard_internal', () => {
      if (!this.isOwnWork) throw new Refusal('not-allowed', 'what a shard keeps for itself is written by moves alone');
      return null;
    });
  }

  /** For each row under a key that somebody writes. SQLite says −1 for an id that it would have to give itself. */
  private admit(key: unknown, part: unknown, id: unknown): null {
    if (this.isOwnWork) return null;
    if (id === -1) {
      throw new Refusal(
        'not-allowed',
        'a shard gives no ids, since another one would give the same: ask through a router',
      );
    }
    if (!isShardKey(key))
      throw new Refusal('constraint', 'a row is placed by an integer or a text, and this one has none');
    const unit = isShardKey(part) ? { key, part } : { key };
    this.contents.index.add(unit);
    this.judge(key, unit.part, unit);
    return null;
  }

  private judge(key: ShardKey, part: ShardKey | undefined, unit: Unit): void {
    const { self, changedAt } = this.ownership.state;
    switch (this.ownership.judge(key, part)) {
      case 'owned':
        return;
      case 'noted':
        this.touched.set(unitName(key, part), unit);
        return;
      case 'moving':
        throw new Refusal('moving', `${self} is giving the key ${key} away just now: try again`, { map: changedAt });
      case 'elsewhere':
        throw new Refusal('wrong-shard', `the key ${key} is not on ${self}`, { map: changedAt });
    }
  }
}

/** Triggers that ask for every row, and keep everybody out of what the shard keeps for itself. */
function guards({ tables }: ShardMap): string[] {
  const sharded = tables.flatMap(({ table, key, part }) => {
    const unit = (row: string): string => `${row}."${key}", ${part === undefined ? 'NULL' : `${row}."${part}"`}`;
    const hasId = ['users', 'posts', 'photos', 'orders'].includes(table);
    return [
      trigger(table, 'INSERT', `SELECT shard_write(${unit('NEW')}, ${hasId ? 'NEW.id' : 'NULL'});`),
      trigger(table, 'UPDATE', `SELECT shard_write(${unit('OLD')}, NULL), shard_write(${unit('NEW')}, NULL);`),
      trigger(table, 'DELETE', `SELECT shard_write(${unit('OLD')}, NULL);`),
    ];
  });
  const own = internalTables.flatMap((table) =>
    ['INSERT', 'UPDATE', 'DELETE'].map((event) => trigger(table, event, 'SELECT shard_internal();')),
  );
  return [...sharded, ...own];
}

function trigger(table: string, event: string, body: string): string {
  return `CREATE TRIGGER ${table}_guard_${event.toLowerCase()} BEFORE ${event} ON ${table} BEGIN ${body} END`;
}
