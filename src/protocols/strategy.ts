/**
 * How a site uses its cache: the strategies by name, and what a web server tells of how its own one goes.
 */
import { type BodyOf, message, type Static, Type } from '../kernel/schema';

/**
 * - `none`: rows are read from the database
 * - `cache-aside`: who misses reads the database and fills, under a lease; who writes drops what was cached
 * - `write-around`: the same reads; nobody tells the cache of writes, so that what is cached stays until it is over
 * - `read-through`: the cache itself reads the database for what it has not; who writes tells it nothing either
 */
export const strategyNames = ['none', 'cache-aside', 'write-around', 'read-through'] as const;
export const strategyName = Type.Union(strategyNames.map((name) => Type.Literal(name)));
export type StrategyName = Static<typeof strategyName>;

const silent: ReadonlySet<StrategyName> = new Set(['none', 'write-around', 'read-through']);

/** Whether caches are told what was written: by whoever wrote it, and by the database out of its log. */
export function isCacheTold(strategy: StrategyName): boolean {
  return !silent.has(strategy);
}

const count = Type.Integer({ minimum: 0 });

/** What a web server counted while it had one strategy. */
const strategyCounts = Type.Object({
  strategy: strategyName,
  /** Reads of single rows, and how many of them a cache answered; of those, how many a gutter server. */
  reads: count,
  hits: count,
  gutterHits: count,
  /** How often somebody was told that another one is filling the key. */
  waits: count,
  /** Reads that were shown what had just been dropped, rather than made to wait; these are no hits. */
  stale: count,
  /** Questions that the database got for these reads. */
  queries: count,
  /** Sets that a cache took, and sets that it refused: the right to fill was over, or it has something later. */
  fills: count,
  refusedFills: count,
  writes: count,
  /** Of all reads together, from when the web server began to look until it had the row; and of the slowest one. */
  readMs: Type.Number({ minimum: 0 }),
  slowestMs: Type.Number({ minimum: 0 }),
});
export type StrategyCounts = Readonly<Static<typeof strategyCounts>>;

/** How do you use the cache? Answered with `caching.standing`. */
export const cachingAsk = message('caching.ask', {});
export type CachingAsk = BodyOf<typeof cachingAsk>;

export const cachingStanding = message('caching.standing', {
  strategy: strategyName,
  ttlMs: Type.Number(),
  counts: Type.Array(strategyCounts),
  /** Cache servers as this web server knows them; `owed`: invalidations that they have not heard of yet. */
  servers: Type.Array(Type.Object({ id: Type.String(), healthy: Type.Boolean(), owed: count })),
});
export type CachingStanding = BodyOf<typeof cachingStanding>;
