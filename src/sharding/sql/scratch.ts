/**
 * An empty SQLite in memory in which answers of shards are put together: so types, collations, the order of NULLs and what
 * overflows are SQLite's own, not an imitation. Its tables stay, their rows do not: to make a table and to prepare statements
 * takes longer than a page of rows.
 */
import SQLite, { type Database, type Statement } from 'better-sqlite3';
import type { SqlValue } from '../../protocols/sql';
import type { Sent } from './context';
import { NotTaken } from './refusal';

/** A table, and its rows for one statement. */
export interface Filling {
  /** Tables of one name are made by one text. */
  readonly create: string;
  readonly insert: string;
  readonly rows: Iterable<readonly (SqlValue | bigint)[]>;
}

type Prepared = Statement<(SqlValue | bigint)[], SqlValue[]>;

/** Beyond so many texts all begins anew. */
const textsMax = 500;

export class Scratch {
  private database: Database | undefined;
  private readonly prepared = new Map<string, Prepared>();
  private readonly created = new Set<string>();

  /** Answers a statement over tables with these rows. Throws `NotTaken` with SQLite's words. */
  answer(fillings: readonly Filling[], { statement, parameters }: Sent): { columns: string[]; rows: SqlValue[][] } {
    const database = this.opened();
    try {
      for (const { create } of fillings) {
        if (this.created.has(create)) continue;
        database.exec(create);
        this.created.add(create);
      }
      database.exec('BEGIN');
      for (const { insert, rows } of fillings) {
        const inserted = this.prepare(database, insert);
        for (const row of rows) inserted.run(...row);
      }
      const final = this.prepare(database, statement).raw(true);
      return { columns: final.columns().map(({ name }) => name), rows: final.all(...parameters) };
    } catch (failure) {
      if (failure instanceof SQLite.SqliteError) throw new NotTaken('syntax', failure.message);
      throw failure;
    } finally {
      if (database.inTransaction) database.exec('ROLLBACK');
    }
  }

  private opened(): Database {
    if (this.prepared.size > textsMax || this.created.size > textsMax) {
      this.database?.close();
      this.database = undefined;
      this.prepared.clear();
      this.created.clear();
    }
    this.database ??= new SQLite(':memory:');
    return this.database;
  }

  private prepare(database: Database, text: string): Prepared {
    const known = this.prepared.get(text);
    if (known !== undefined) return known;
    const prepared: Prepared = database.prepare<(SqlValue | bigint)[], SqlValue[]>(text);
    this.prepared.set(text, prepared);
    return prepared;
  }
}
