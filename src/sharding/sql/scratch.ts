/**
 * An empty SQLite in memory in which answers of shards are put together: so types, collations, the order of NULLs and what
 * overflows are SQLite's own, not an imitation.
 */
import SQLite, { type Database } from 'better-sqlite3';
import type { SqlValue } from '../../protocols/sql';
import type { Sent } from './context';
import { NotTaken } from './refusal';

/** A table for one statement. */
export interface Filling {
  readonly create: string;
  readonly insert: string;
  readonly rows: Iterable<readonly (SqlValue | bigint)[]>;
}

export class Scratch {
  private database: Database | undefined;

  /** Answers a statement over tables that are gone afterwards. Throws `NotTaken` with SQLite's words. */
  answer(fillings: readonly Filling[], { statement, parameters }: Sent): { columns: string[]; rows: SqlValue[][] } {
    this.database ??= new SQLite(':memory:');
    const { database } = this;
    database.exec('BEGIN');
    try {
      for (const { create, insert, rows } of fillings) {
        database.exec(create);
        const inserted = database.prepare(insert);
        for (const row of rows) inserted.run(row);
      }
      const final = database.prepare<SqlValue[], SqlValue[]>(statement).raw(true);
      const columns = final.columns().map(({ name }) => name);
      return { columns, rows: final.all(...parameters) };
    } catch (failure) {
      if (failure instanceof SQLite.SqliteError) throw new NotTaken('syntax', failure.message);
      throw failure;
    } finally {
      database.exec('ROLLBACK');
    }
  }
}
