/**
 * What can be set on a database, and what it hears and says.
 */
import type { CopiesIn, CopiesOut } from '../../consensus/copies/conversation';
import { copiesDefaults, copiesSettings, refuseImpossible } from '../../consensus/copies/settings';
import type { Turn } from '../../kernel/machine';
import { parseConfig, type Static, Type } from '../../kernel/schema';
import { serviceLaw } from '../../kernel/service';
import type { HealthPing, HealthPong } from '../../protocols/health';
import type { CacheHeard, CacheInvalidate } from '../../protocols/invalidation';
import { shardMap } from '../../protocols/shard-map';
import type { ShardsAnswer, ShardsDecided, ShardsRead } from '../../protocols/shards';
import type { SqlExecute, SqlFailure, SqlResult, SqlTransaction, SqlUnknown } from '../../protocols/sql';

export const config = Type.Object({
  /** Users that the very first start creates ... */
  seedUsers: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
  /** ... and posts per user; photos, follows and orders go with them. */
  seedPosts: Type.Number({ minimum: 0, maximum: 100 }),
  /** Which people they are. */
  seed: Type.String(),
  /** Rows that one answer may carry. */
  rowsMax: Type.Integer({ minimum: 1 }),
  /** CPU time of `sql.execute`: mostly reads by key. */
  readServiceMs: serviceLaw,
  /** CPU time of `sql.transaction`: what writes. */
  writeServiceMs: serviceLaw,
  /** Of which shard of a sharded store it is a copy; the map by which a new group is founded. */
  sharding: Type.Optional(Type.Object({ shard: Type.String({ minLength: 1 }), map: shardMap })),
  /** The pool of routers through which a shard tells others what is to be done there. */
  routers: Type.Optional(Type.String({ minLength: 1 })),
  /** Pools of cache servers that hold rows of this database ... */
  caches: Type.Array(Type.String({ minLength: 1 }), { maxItems: 10, uniqueItems: true }),
  /** ... and whether they are told from here which of those were changed, whoever changed them. */
  invalidates: Type.Union([Type.Literal('on'), Type.Literal('off')]),
  ...copiesSettings,
});
export type DatabaseConfig = Static<typeof config>;

export const defaults: DatabaseConfig = {
  seedUsers: 1_000,
  seedPosts: 1,
  seed: 'people',
  rowsMax: 10_000,
  readServiceMs: 0.3,
  writeServiceMs: 0.6,
  caches: [],
  invalidates: 'on',
  ...copiesDefaults,
};

const parseEach = parseConfig(config, defaults);

/** Throws a `ConfigError` also for settings that are fine each and make no sense together. */
export function parse(given: unknown): DatabaseConfig {
  const parsed = parseEach(given);
  refuseImpossible(parsed);
  return parsed;
}

export type DatabaseIn =
  | SqlExecute
  | SqlTransaction
  | SqlResult
  | SqlFailure
  | SqlUnknown
  | HealthPing
  | CacheHeard
  | CopiesIn
  | ShardsDecided
  | ShardsRead;
export type DatabaseOut =
  | SqlExecute
  | SqlTransaction
  | SqlResult
  | SqlFailure
  | SqlUnknown
  | HealthPong
  | CacheInvalidate
  | CopiesOut
  | ShardsAnswer;
export type DatabaseTurn = Turn<DatabaseIn, DatabaseOut>;
