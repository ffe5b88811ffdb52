/**
 * What a strategy is: what a web server does with its cache when a row is read, and when one was written. Each is a file of
 * its own; which one is asked depends on a setting.
 */
import type { Copies } from '../../../consensus/asking/copies';
import { isExpired } from '../../../kernel/asks';
import type { NodeId } from '../../../kernel/envelope';
import type { Freshness, SqlResult } from '../../../protocols/sql';
import type { CachingStanding } from '../../../protocols/strategy';
import type { WebTurn } from '../conversation';
import type { AskDatabase, RowChange } from '../plan';
import type { Counts } from './counters';
import type { Flights } from './flights';
import type { Heard, Reading } from './reading';
import type { RingHomes } from './ring-homes';
import type { RowsRead } from './rows-read';
import type { CacheServers } from './servers';
import type { CachingConfig } from './settings';

export type { Heard, Reading } from './reading';

/** A write that could be done to the row in a cache. */
export interface Writing {
  readonly change: RowChange;
  readonly untilMs: number;
  /** Reads the row at the primary in the time that is left. */
  query(then: (answer: Heard, database: NodeId) => void): void;
  /** Called once: this is what has become of the row ... */
  done(result: SqlResult, server: NodeId): void;
  /** ... or it is the database that is to do it ... */
  direct(): void;
  /** ... or this is what the database said when the row was to be read ... */
  queried(answer: Heard, database: NodeId): void;
  /** ... or why it is not done, or not known to be. */
  fail(status: number, reason: string, isUnknown: boolean): void;
}

/** Lives as long as the web server does, whether it is set or not. */
export interface Strategy {
  /** Whether a cache may answer a read of this freshness; by default not where it has to be the newest, or of some moment. */
  serves?(freshness: Freshness): boolean;
  /** Looks for a row; ends with one call of the reading's `found` or `queried`. */
  read(reading: Reading): void;
  /** Does a write without the database, or leaves it to that; by default that. */
  write?(writing: Writing): void;
  /** The database is about to change these rows; `then` it may. */
  before?(keys: readonly string[], untilMs: number, then: () => void): void;
  /** Who has noted the writes that it did. */
  readonly ledgers?: CachingStanding['ledgers'];
  /**
   * The database has answered a write that may have changed rows.
   *
   * @param then once it may be acknowledged; or once it is clear that it may not, and why.
   */
  wrote(write: Write, then: (problem?: string) => void): void;
  /** How the agreed ring stands, for those that go by one. */
  readonly homes?: RingHomes;
}

/** A write as the database has answered it. */
export class Write {
  /** What the database did; undefined where nobody knows whether it did anything. */
  readonly result: SqlResult | undefined;
  /** The database has refused: no row has changed. */
  readonly isRefused: boolean;
  private readonly keysOf: (result?: SqlResult) => readonly string[];

  /** The answer shows the one row that was changed as a read of it would. */
  readonly showsRow: boolean;

  constructor(
    { changes, showsRow = false }: Pick<AskDatabase, 'changes' | 'showsRow'>,
    answer: Heard,
    readonly untilMs: number,
  ) {
    const body = isExpired(answer) ? undefined : answer.body;
    this.result = body?.kind === 'sql.result' ? body : undefined;
    this.isRefused = body?.kind === 'sql.failure';
    this.showsRow = showsRow;
    this.keysOf = changes ?? nothing;
  }

  /** The keys under which what it changed may be cached. */
  get keys(): readonly string[] {
    return this.isRefused ? [] : this.keysOf(this.result);
  }
}

/** What every strategy has to work with. */
export interface StrategyMeans {
  readonly turn: WebTurn;
  readonly databases: Copies;
  readonly servers: CacheServers;
  readonly rows: RowsRead;
  readonly flights: Flights;
  readonly settings: () => CachingConfig;
  /** Its own. */
  readonly counts: Counts;
}

const nothing = (): readonly string[] => [];
