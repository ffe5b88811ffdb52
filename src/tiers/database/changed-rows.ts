/**
 * Which rows each write changes, by the keys under which they may be cached. Triggers tell it, so it does not matter who
 * writes, by which statement, or whether a row goes along with another one. They are this connection's own: no copy has
 * them in its data, and copies that track and copies that do not hold the same.
 */
import type { Database } from 'better-sqlite3';
import { cachedRows } from '../../protocols/cache-keys';

/** `everything`: a definition was changed, or rows of more keys than are worth telling apart. */
export type Changed = readonly string[] | 'everything';

/** So many keys of one write; of more, it is said that everything changed. */
export const keysPerWriteMax = 1_000;

const events = ['INSERT', 'UPDATE', 'DELETE'] as const;

export class ChangedRows {
  private readonly keys = new Set<string>();
  private isEverything = false;
  private isWanted = false;

  constructor(private readonly database: Database) {
    database.function('cached_row_changed', (place: unknown, one: unknown, other: unknown) => {
      this.note(Number(place), Number(one), Number(other));
      return null;
    });
  }

  /** From now on, or no more. */
  want(isWanted: boolean): void {
    if (isWanted === this.isWanted) return;
    this.isWanted = isWanted;
    if (isWanted) this.arm();
    else this.disarm();
  }

  /** A transaction begins. */
  begin(): void {
    if (this.keys.size > 0) this.keys.clear();
    this.isEverything = false;
  }

  /** A definition is about to be changed: SQLite would refuse some changes of what a trigger names. */
  defining(): void {
    if (!this.isWanted) return;
    this.isEverything = true;
    this.disarm();
  }

  /** What the transaction that was done has changed; asked for once. */
  take(): Changed {
    const { isEverything } = this;
    // What was defined may be other tables by the same names.
    if (isEverything && this.isWanted) this.arm();
    const found: Changed = isEverything || this.keys.size > keysPerWriteMax ? 'everything' : [...this.keys];
    this.begin();
    return found;
  }

  private note(place: number, one: number, other: number): void {
    const rows = cachedRows[place];
    if (rows !== undefined && this.keys.size <= keysPerWriteMax) this.keys.add(rows.keyOf(one, other));
  }

  private arm(): void {
    this.disarm();
    for (const [place, { table, columns }] of cachedRows.entries()) {
      if (!this.has(table, columns)) continue;
      for (const event of events) {
        const call = (side: 'OLD' | 'NEW'): string => {
          const [one, other = 'NULL'] = columns.map((column) => `${side}.${column}`);
          return `SELECT cached_row_changed(${place}, ${one}, ${other})`;
        };
        const isMoved = columns.map((column) => `OLD.${column} IS NOT NEW.${column}`).join(' OR ');
        const calls =
          event === 'UPDATE'
            ? `${call('NEW')}; ${call('OLD')} WHERE ${isMoved}`
            : call(event === 'INSERT' ? 'NEW' : 'OLD');
        this.database.exec(
          `CREATE TEMP TRIGGER ${triggerOn(table, event)} AFTER ${event} ON main.${table} BEGIN ${calls}; END`,
        );
      }
    }
  }

  private disarm(): void {
    for (const { table } of cachedRows) {
      for (const event of events) this.database.exec(`DROP TRIGGER IF EXISTS temp.${triggerOn(table, event)}`);
    }
  }

  /** That a column is missing would be noticed by whoever writes to the table, and not before. */
  private has(table: string, columns: readonly string[]): boolean {
    const known = this.database
      .prepare(`SELECT c.name FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name = ?`)
      .pluck()
      .all(table);
    return columns.every((column) => known.includes(column));
  }
}

function triggerOn(table: string, event: string): string {
  return `${table}_changed_${event.toLowerCase()}`;
}
