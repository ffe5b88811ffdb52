/**
 * How a site uses its cache: the strategies by name, and what a web server tells of how its own one goes.
 */
import { type BodyOf, message, Schema, type Static, Type } from '../kernel/schema';

/**
 * - `none`: rows are read from the database
 * - `cache-aside`: who misses reads the database and fills, under a lease; who writes drops what was cached
 * - `write-around`: the same reads; nobody tells the cache of writes, so that what is cached stays until it is over
 * - `read-through`: the cache itself reads the database for what it has not; who writes tells it nothing either
 * - `write-through`: who writes puts the row into the cache before it is acknowledged, so that nothing older is read then
 * - `write-back`: who changes a row writes it to the cache, which brings it into the database later
 */
export const strategyNames = [
  'none',
  'cache-aside',
  'write-around',
  'read-through',
  'write-through',
  'write-back',
] as const;
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
  /** Writes that had to wait until a silent cache server was left out, and the longest that a write waited for the cache. */
  heldWrites: count,
  slowestWriteMs: Type.Number({ minimum: 0 }),
  /** Of all reads together, from when the web server began to look until it had the row; and of the slowest one. */
  readMs: Type.Number({ minimum: 0 }),
  slowestMs: Type.Number({ minimum: 0 }),
});
export type StrategyCounts = Readonly<Static<typeof strategyCounts>>;

const members = Type.Array(Type.Object({ id: Type.String(), since: count }));
const agreedRing = Type.Object({
  epoch: count,
  /** Who is in, and since which ring. */
  servers: members,
  /** The change that is under way, for how long that is known, and how long until it may be made. */
  next: Type.Optional(
    Type.Object({ epoch: count, servers: members, forMs: Type.Number(), leftMs: Type.Number({ minimum: 0 }) }),
  ),
});
export type AgreedRingStanding = Readonly<Static<typeof agreedRing>>;
/** As a web server shows it in its own state. */
export const ringShown = new Schema(Type.Object({ ring: agreedRing }));

/** How do you use the cache? Answered with `caching.standing`. */
export const cachingAsk = message('caching.ask', {});
export type CachingAsk = BodyOf<typeof cachingAsk>;

export const cachingStanding = message('caching.standing', {
  strategy: strategyName,
  ttlMs: Type.Number(),
  counts: Type.Array(strategyCounts),
  /** Cache servers as this web server knows them; `owed`: invalidations that they have not heard of yet. */
  servers: Type.Array(Type.Object({ id: Type.String(), healthy: Type.Boolean(), owed: count })),
  /** The ring that is agreed in the database, as this web server has read it, where its strategy goes by one. */
  ring: Type.Optional(agreedRing),
  /** Of servers that took writes before the database had them: in which book of which life they were last noted, and by whom. */
  ledgers: Type.Array(Type.Object({ server: Type.String(), life: count, ledger: Type.String(), book: count })),
});
export type CachingStanding = BodyOf<typeof cachingStanding>;
