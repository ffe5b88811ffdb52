/**
 * Ids for new rows, given when an entry of the log is applied: the one after the highest that the table ever had. Every
 * copy gives the same, and so does the same copy when it reads its log again.
 */
import type { Database, Statement } from 'better-sqlite3';
import { isNewId, type SqlParameter, type SqlValue } from '../../protocols/sql';
import { Refusal } from './refusal';

/** SQLite counts only for tables that say so, and only from their first row on. */
const counted = `SELECT coalesce(
    (SELECT seq FROM sqlite_sequence WHERE name = t.name),
    iif(t.sql LIKE '%AUTOINCREMENT%', 0, NULL)
  ) FROM sqlite_schema t WHERE t.type = 'table' AND t.name = ? COLLATE NOCASE`;

export class NewIds {
  private readonly given = new Map<string, number>();
  private counter: Statement<[string], number | null> | undefined;

  constructor(private readonly database: Database) {}

  /** A transaction begins: what one gave is another row's in the next. */
  begin(): void {
    if (this.given.size > 0) this.given.clear();
  }

  /** The values that parameters stand for. Throws a `Refusal` for a table that gives no ids. */
  resolve(parameters: readonly SqlParameter[]): SqlValue[] {
    return parameters.some(isNewId)
      ? parameters.map((parameter) => (isNewId(parameter) ? this.idFor(parameter.newId) : parameter))
      : (parameters as SqlValue[]);
  }

  private idFor(table: string): number {
    const name = table.toLowerCase();
    const id = this.given.get(name) ?? this.next(table);
    this.given.set(name, id);
    return id;
  }

  private next(table: string): number {
    const last = this.lastOf(table);
    if (typeof last !== 'number')
      throw new Refusal('syntax', `newId: no table ${table} that gives ids (AUTOINCREMENT)`);
    return last + 1;
  }

  private lastOf(table: string): unknown {
    try {
      this.counter ??= this.database.prepare<[string], number | null>(counted).pluck();
    } catch {
      // Where no table counts, SQLite has no place for counts either.
      return undefined;
    }
    return this.counter.get(table);
  }
}
