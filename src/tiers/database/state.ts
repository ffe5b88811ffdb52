/**
 * The data as the log makes it: SQLite, fed with decided entries only. The same entries in the same order make the same
 * data, and the same outcome of each, on every copy.
 */
import type { Contents } from '../../consensus/copies/contents';
import type { LostWrite } from '../../protocols/replication';
import { type Caution, soundCaution } from '../../sharding/caution';
import { shardsOf } from '../../sharding/change';
import { decodeEntry } from './log';
import { populate } from './people';
import { Refusal, refusalOf } from './refusal';
import type { DatabaseConfig } from './settings';
import { shardedSchema } from './sharded-schema';
import { type Effect, Sqlite } from './sqlite';

/** How an entry came out. */
export type Outcome = Effect & { readonly recoveredBefore?: number };

const findRecovered = 'SELECT position FROM recovered_writes WHERE id = ?';
const noteRecovered = 'INSERT INTO recovered_writes (id, position) VALUES (?, log_position())';

export class DatabaseState implements Contents<Outcome | Refusal> {
  readonly noun = 'database';
  /** Undefined for a copy that has been told nothing yet. */
  sqlite: Sqlite | undefined;
  /** Called when something was applied: a write, or a step of a move. */
  onApplied: (byMove: boolean) => void = () => undefined;
  /** Called when all of it has become something else. */
  onInstalled: () => void = () => undefined;
  private isTracking = false;

  constructor(
    private readonly config: DatabaseConfig,
    private readonly caution: Caution = soundCaution,
  ) {}

  founding(): Uint8Array {
    const { rowsMax, seedUsers, seedPosts, seed, sharding } = this.config;
    const sqlite = Sqlite.open(rowsMax);
    if (sharding === undefined) {
      populate(sqlite, seedUsers, seedPosts, seed);
    } else {
      // Every shard makes all users, and keeps its own; one that comes later has none.
      const { shard, map } = sharding;
      const isFirst = shardsOf(map.base).includes(shard);
      populate(sqlite, isFirst ? seedUsers : 0, seedPosts, seed, shardedSchema);
      sqlite.becomeShard(shard, map);
    }
    const bytes = sqlite.serialize();
    sqlite.close();
    return bytes;
  }

  install(data: Uint8Array): void {
    this.close();
    this.sqlite = data.length === 0 ? undefined : Sqlite.open(this.config.rowsMax, data, this.caution);
    this.sqlite?.trackChanges(this.isTracking);
    this.onInstalled();
  }

  /** Whether it is noted which rows writes change, from now on. */
  trackChanges(isWanted: boolean): void {
    this.isTracking = isWanted;
    this.sqlite?.trackChanges(isWanted);
  }

  /** Runs a transaction as the entry at a position; where it fails, it does so on every copy. */
  apply(command: Uint8Array, position: number): Outcome | Refusal {
    try {
      const outcome = this.run(command, position);
      this.onApplied(false);
      return outcome;
    } catch (failure) {
      return refusalOf(failure);
    }
  }

  /** What is there, without the wait for a log: throws a `Refusal` until it has been told anything. */
  get open(): Sqlite {
    if (this.sqlite === undefined) throw new Refusal('starting', 'this copy has been told nothing yet');
    return this.sqlite;
  }

  serialize(): Uint8Array {
    return this.open.serialize();
  }

  digest(): string {
    return this.open.digest();
  }

  lost(command: Uint8Array): Pick<LostWrite, 'id' | 'statements'> {
    const { id, commands } = decodeEntry(command);
    return {
      id,
      statements: commands.map(({ statement, parameters }) => ({ statement, parameters: [...parameters] })),
    };
  }

  close(): void {
    this.sqlite?.close();
    this.sqlite = undefined;
  }

  private run(command: Uint8Array, position: number): Outcome {
    const sqlite = this.open;
    const { commands, rowsMax, recovers, map } = decodeEntry(command);
    // Here, and not when it was proposed: in between a slice may have left, and its rows would not be found any more.
    sqlite.sharding?.demandMap(map);
    if (recovers === undefined) return sqlite.write(commands, position, rowsMax);
    const before = sqlite.read({ statement: findRecovered, parameters: [recovers] }).rows[0]?.[0];
    if (typeof before === 'number') return { columns: [], rows: [], changes: 0, lastId: 0, recoveredBefore: before };
    return sqlite.write(commands, position, rowsMax, { statement: noteRecovered, parameters: [recovers] });
  }
}
