/**
 * From what a former life left on disk to a running database: the snapshot, then the entries after it.
 */
import type { DiskContents } from '../../kernel/disk';
import { decodeEntry, decodeSnapshot } from './log';
import { populate } from './people';
import type { DatabaseConfig } from './settings';
import { Sqlite } from './sqlite';

export interface Recovered {
  readonly sqlite: Sqlite;
  /** The last entry that it has. */
  readonly position: number;
  readonly snapshotAt: number;
  /** Entries read again. */
  readonly replayed: number;
  /** Nothing was there: this is the very first start. */
  readonly isNew: boolean;
}

/** Throws an error when the disk holds something that is not a database's. */
export function recover({ cells, entries, firstIndex }: DiskContents, config: DatabaseConfig): Recovered {
  const saved = cells.get('snapshot');
  if (saved === undefined) {
    if (entries.length > 0 || firstIndex > 1)
      throw new Error('the log has entries, but the snapshot below them is gone');
    const sqlite = Sqlite.open(config.rowsMax);
    populate(sqlite, config.seedUsers, config.seed);
    return { sqlite, position: 0, snapshotAt: 0, replayed: 0, isNew: true };
  }
  const snapshot = decodeSnapshot(saved);
  const sqlite = Sqlite.open(config.rowsMax, snapshot.database);
  let position = snapshot.position;
  let replayed = 0;
  for (const [place, bytes] of entries.entries()) {
    const index = firstIndex + place;
    if (index <= position) continue;
    if (index !== position + 1) throw new Error(`the log lacks entry ${position + 1}`);
    sqlite.write(decodeEntry(bytes).commands, index);
    position = index;
    replayed++;
  }
  return { sqlite, position, snapshotAt: snapshot.position, replayed, isNew: false };
}
