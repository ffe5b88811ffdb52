/**
 * The data as the log makes it: SQLite, fed with decided entries only. The same entries in the same order make the same
 * data, and the same outcome of each, on every copy.
 */
import type { Snapshot } from '../../consensus/raft/raft-log';
import { decodeEntry } from './log';
import { populate } from './people';
import { Refusal } from './refusal';
import type { DatabaseConfig } from './settings';
import { type Effect, Sqlite } from './sqlite';

/** How an entry came out. */
export type Outcome = Effect & { readonly recoveredBefore?: number };

const findRecovered = 'SELECT position FROM recovered_writes WHERE id = ?';
const noteRecovered = 'INSERT INTO recovered_writes (id, position) VALUES (?, log_position())';

export class DatabaseState {
  /** Undefined for a copy that has been told nothing yet. */
  sqlite: Sqlite | undefined;
  /** Entries that were applied since it became what it was. */
  applied = 0;
  snapshotAt = 0;

  constructor(private readonly rowsMax: number) {}

  /** The data that a group of databases begins with. */
  static founding({ rowsMax, seedUsers, seedPosts, seed }: DatabaseConfig): Uint8Array {
    const sqlite = Sqlite.open(rowsMax);
    populate(sqlite, seedUsers, seedPosts, seed);
    const bytes = sqlite.serialize();
    sqlite.close();
    return bytes;
  }

  install({ index, data }: Snapshot): void {
    this.close();
    this.sqlite = data.length === 0 ? undefined : Sqlite.open(this.rowsMax, data);
    this.snapshotAt = index;
    this.applied = 0;
  }

  /** Runs a transaction as the entry at a position. Throws a `Refusal` where it fails, as it does on every copy. */
  apply(command: Uint8Array, position: number): Outcome {
    const { sqlite } = this;
    if (sqlite === undefined) throw new Error(`entry ${position} came before any snapshot`);
    this.applied++;
    const { commands, rowsMax, recovers } = decodeEntry(command);
    if (recovers === undefined) return sqlite.write(commands, position, rowsMax);
    const before = sqlite.read({ statement: findRecovered, parameters: [recovers] }).rows[0]?.[0];
    if (typeof before === 'number') return { columns: [], rows: [], changes: 0, lastId: 0, recoveredBefore: before };
    return sqlite.write(commands, position, rowsMax, { statement: noteRecovered, parameters: [recovers] });
  }

  /** What is there, without the wait for a log: throws a `Refusal` until it has been told anything. */
  get open(): Sqlite {
    if (this.sqlite === undefined) throw new Refusal('starting', 'this copy has been told nothing yet');
    return this.sqlite;
  }

  serialize(): Uint8Array {
    return this.open.serialize();
  }

  close(): void {
    this.sqlite?.close();
    this.sqlite = undefined;
  }
}
