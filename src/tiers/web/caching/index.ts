/** Rows past a cache, by the strategy that is set. What each of them keeps is said where it is written. */
import type { Copies } from '../../../consensus/asking/copies';
import type { Freshness } from '../../../protocols/sql';
import type { AgreedRingStanding, CachingStanding, StrategyName } from '../../../protocols/strategy';
import type { WebTurn } from '../conversation';
import { CacheAside } from './cache-aside';
import { StrategyCounters } from './counters';
import { Flights } from './flights';
import { NoCache } from './none';
import { ReadThrough } from './read-through';
import { RowsRead } from './rows-read';
import { CacheServers } from './servers';
import type { CachingConfig } from './settings';
import type { Reading, Strategy, StrategyMeans, Write, Writing } from './strategy';
import { WriteAround } from './write-around';
import { WriteBack } from './write-back';
import { WriteThrough } from './write-through';

const makers: Readonly<Record<StrategyName, new (means: StrategyMeans) => Strategy>> = {
  none: NoCache,
  'cache-aside': CacheAside,
  'write-around': WriteAround,
  'read-through': ReadThrough,
  'write-through': WriteThrough,
  'write-back': WriteBack,
};

export class Caching {
  private readonly servers: CacheServers;
  private readonly rows = new RowsRead();
  private readonly flights: Flights;
  private readonly counters = new StrategyCounters();
  private readonly strategies = new Map<StrategyName, Strategy>();

  constructor(
    private readonly turn: WebTurn,
    private readonly settings: () => CachingConfig,
    private readonly databases: Copies,
  ) {
    this.servers = new CacheServers(turn, settings);
    this.flights = new Flights(turn);
  }

  /** Whether a cache may answer a read. */
  serves(freshness: Freshness): boolean {
    const { strategy } = this;
    if (strategy.serves !== undefined) return strategy.serves(freshness);
    return freshness === 'any' || (typeof freshness === 'object' && 'position' in freshness);
  }

  read(reading: Reading): void {
    this.strategy.read(reading);
  }

  /** A write that could be done to the row in a cache: ends with one call of the writing's methods. */
  write(writing: Writing): void {
    const { strategy } = this;
    if (strategy.write === undefined) writing.direct();
    else strategy.write(writing);
  }

  /** The database is about to change rows. @param then when it may. */
  before(keys: readonly string[], untilMs: number, then: () => void): void {
    const { strategy } = this;
    if (strategy.before === undefined) then();
    else strategy.before(keys, untilMs, then);
  }

  /**
   * The database has answered a write.
   *
   * @param then once it may be acknowledged; or once it is clear that it may not, and why.
   */
  wrote(write: Write, then: (problem?: string) => void): void {
    this.counters.of(this.settings().strategy).writes++;
    this.strategy.wrote(write, then);
  }

  standing(): CachingStanding {
    const { strategy, ttlMs } = this.settings();
    const counts = [...this.counters.all];
    // Whatever was written under a strategy that is not set any more is in the database.
    const ledgers = [...(this.strategy.ledgers ?? [])];
    const servers = this.servers.view();
    return { kind: 'caching.standing', strategy, ttlMs, counts, servers, ledgers, ...this.view() };
  }

  /** The agreed ring, where the strategy goes by one, for `show`. */
  view(): { readonly ring?: AgreedRingStanding } {
    const ring = this.strategies.get(this.settings().strategy)?.homes?.keeper.standing();
    return ring === undefined ? {} : { ring };
  }

  private get strategy(): Strategy {
    const { turn, databases, servers, rows, flights, settings } = this;
    const { strategy: name } = settings();
    const before = this.strategies.get(name);
    if (before !== undefined) return before;
    const made = new makers[name]({
      turn,
      databases,
      servers,
      rows,
      flights,
      settings,
      counts: this.counters.of(name),
    });
    this.strategies.set(name, made);
    return made;
  }
}
