/**
 * Rows past a cache, by the strategy that is set.
 *
 * Cache-aside keeps: what a server gives out is never older than an invalidation that it has heard of, since a delete ends
 * every right to fill that was given before it and carries the position of the write, below which the server takes nothing
 * any more; and a row is filled from the primary alone. A write is acknowledged when every server that may hold the row, its
 * home and its gutter, has heard of it, or was silent for `cacheMs`; who was silent is told until it has heard, and not read
 * from before. Until then, and if the web server dies first, a read may be as old as `ttlMs`.
 *
 * Write-around keeps: a read is older than what it should be by at most `ttlMs` and the time that its fill took.
 *
 * Read-through keeps the same without the fill: a cache server counts the time from when it asked the database. It is asked
 * by nobody else, so that however many web servers want a row, each cache server asks for it once at a time.
 */
import { isExpired } from '../../../kernel/asks';
import type { NodeId } from '../../../kernel/envelope';
import { lineageOf } from '../../../protocols/cached-row';
import type { Freshness, SqlResult } from '../../../protocols/sql';
import type { CachingStanding } from '../../../protocols/strategy';
import type { WebTurn } from '../conversation';
import { StrategyCounters } from './counters';
import { CachedRead, type Heard, type Reading } from './read';
import { CacheServers } from './servers';
import type { CachingConfig } from './settings';

export class Caching {
  private readonly servers: CacheServers;
  private readonly counters = new StrategyCounters();

  constructor(
    private readonly turn: WebTurn,
    private readonly settings: () => CachingConfig,
  ) {
    this.servers = new CacheServers(turn, settings);
  }

  /** Whether a cache may answer a read: not where it has to be the newest, or the newest of some moment. */
  serves(freshness: Freshness): boolean {
    return freshness === 'any' || (typeof freshness === 'object' && 'position' in freshness);
  }

  read(reading: Reading): void {
    const settings = this.settings();
    const counts = this.counters.of(settings.strategy);
    if (settings.strategy !== 'none') {
      return new CachedRead(this.turn, this.servers, settings, counts, reading).begin();
    }
    counts.reads++;
    counts.queries++;
    const sinceMs = this.turn.nowMs;
    reading.query('as-asked', (answer, database) => {
      const ms = this.turn.nowMs - sinceMs;
      counts.readMs += ms;
      counts.slowestMs = Math.max(counts.slowestMs, ms);
      reading.queried(answer, database);
    });
  }

  /**
   * The database has answered a write.
   *
   * @param keysOf the rows that it changed; without a result those that it may have changed.
   * @param then once it may be acknowledged.
   */
  wrote(answer: Heard, keysOf: (result?: SqlResult) => readonly string[], then: () => void): void {
    const { strategy } = this.settings();
    this.counters.of(strategy).writes++;
    const body = isExpired(answer) ? undefined : answer.body;
    const result = body?.kind === 'sql.result' ? body : undefined;
    // A refusal has changed nothing; of all else nobody knows.
    if (strategy !== 'cache-aside' || body?.kind === 'sql.failure') return then();
    const orders = keysOf(result).flatMap((key) =>
      this.servers.holdersOf(key).map((server) => ({ server, key }) as const),
    );
    let open = 1;
    const told = (): void => {
      if (--open === 0) then();
    };
    for (const { server, key } of orders) this.drop(server, key, result, told, () => open++);
    told();
  }

  standing(): CachingStanding {
    const { strategy, ttlMs } = this.settings();
    const counts = [...this.counters.all];
    return { kind: 'caching.standing', strategy, ttlMs, counts, servers: this.servers.view() };
  }

  /** Nobody waits for a server that counts as dead. */
  private drop(server: NodeId, key: string, result: SqlResult | undefined, told: () => void, wait: () => void): void {
    const order = { kind: 'cache.delete', key, ...(result === undefined ? {} : lineageOf(result)) } as const;
    if (!this.servers.isHealthy(server)) return this.servers.drop(server, order, () => undefined);
    wait();
    this.servers.drop(server, order, told);
  }
}
