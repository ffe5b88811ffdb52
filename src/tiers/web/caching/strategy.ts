/**
 * What a strategy is: what a web server does with its cache when a row is read, and when one was written. Each is a file of
 * its own; which one is asked depends on a setting.
 */
import { type Answer, isExpired } from '../../../kernel/asks';
import type { KernelAnswer } from '../../../kernel/control';
import type { NodeId } from '../../../kernel/envelope';
import type { SqlExecute, SqlResult } from '../../../protocols/sql';
import type { WebIn, WebTurn } from '../conversation';
import type { Counts } from './counters';
import type { Flights } from './flights';
import type { RowsRead } from './rows-read';
import type { CacheServers } from './servers';
import type { CachingConfig } from './settings';

export type Heard = Answer<WebIn | KernelAnswer>;

/** What a read needs of whoever reads. */
export interface Reading {
  readonly key: string;
  /** What the row is read with. */
  readonly question: SqlExecute;
  /** Nothing older than this log position will do. */
  readonly from: number;
  readonly untilMs: number;
  /** Asks the database in the time that is left: its primary, for what is cached, or whoever was to be asked anyway. */
  query(whom: 'primary' | 'as-asked', then: (answer: Heard, database: NodeId) => void): void;
  /** Called once: a cache had it ... */
  found(result: SqlResult, server: NodeId): void;
  /** ... or this is what the database said. */
  queried(answer: Heard, database: NodeId): void;
}

/** Lives as long as the web server does, whether it is set or not. */
export interface Strategy {
  /** Looks for a row; ends with one call of the reading's `found` or `queried`. */
  read(reading: Reading): void;
  /**
   * The database has answered a write that may have changed rows.
   *
   * @param then once it may be acknowledged.
   */
  wrote(write: Write, then: () => void): void;
}

/** A write as the database has answered it. */
export class Write {
  /** What the database did; undefined where nobody knows whether it did anything. */
  readonly result: SqlResult | undefined;
  /** The database has refused: no row has changed. */
  readonly isRefused: boolean;

  /** @param keysOf the rows that it changed; without a result those that it may have changed. */
  constructor(
    answer: Heard,
    private readonly keysOf: (result?: SqlResult) => readonly string[],
  ) {
    const body = isExpired(answer) ? undefined : answer.body;
    this.result = body?.kind === 'sql.result' ? body : undefined;
    this.isRefused = body?.kind === 'sql.failure';
  }

  /** The keys under which what it changed may be cached. */
  get keys(): readonly string[] {
    return this.isRefused ? [] : this.keysOf(this.result);
  }
}

/** What every strategy has to work with. */
export interface StrategyMeans {
  readonly turn: WebTurn;
  readonly servers: CacheServers;
  readonly rows: RowsRead;
  readonly flights: Flights;
  readonly settings: () => CachingConfig;
  /** Its own. */
  readonly counts: Counts;
}
