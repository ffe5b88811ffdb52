/**
 * The map of a sharded store as plain data: which shard has which keys, now and after a move that is under way. What it
 * means is `src/sharding/`; here is only how it is written, since messages carry it.
 */
import { type Static, Type } from '../kernel/schema';

const name = Type.String({ minLength: 1, maxLength: 64 });
const count = Type.Integer({ minimum: 0 });

/** What rows are placed by: an integer or a text. Others (NULL, a fraction) are no keys. */
export const shardKey = Type.Union([Type.Integer(), Type.String()]);
export type ShardKey = Static<typeof shardKey>;

/** Stores of one kind that are sharded together, by one map. */
export const family = Type.Union([Type.Literal('sql'), Type.Literal('kv'), Type.Literal('doc')]);
export type Family = Static<typeof family>;

/**
 * How keys are spread over shards: `modulo` (the integer itself, `user_id % n`), `ring` (consistent hashing with virtual
 * nodes), `jump` (Lamping & Veach 2014), `rendezvous` (highest random weight), `ranges` (sorted by key).
 */
export const method = Type.Union([
  Type.Literal('modulo'),
  Type.Literal('ring'),
  Type.Literal('jump'),
  Type.Literal('rendezvous'),
  Type.Literal('ranges'),
]);
export type Method = Static<typeof method>;

/** Half of what a shard had, by another hash, is with a shard of its own. */
export const split = Type.Object({ shard: name, into: name, salt: count });
export type Split = Readonly<Static<typeof split>>;

/** A key that has shards of its own: the first has its rows, and where there are more, its parts are spread over all. */
export const isolated = Type.Object({ key: shardKey, to: Type.Array(name, { minItems: 1, maxItems: 64 }) });
export type Isolated = Readonly<Static<typeof isolated>>;

/** Which shard has a key. Splits count in their order; isolated keys before anything else. */
export const placement = Type.Object({
  method,
  /** In their order: `modulo` and `jump` count them. */
  shards: Type.Array(name, { minItems: 1, maxItems: 1_024 }),
  /** For `ring` and `rendezvous`, by shard; 1 for whoever is not named. */
  weights: Type.Optional(Type.Record(Type.String(), Type.Number({ exclusiveMinimum: 0 }))),
  /** For `ring`: points of a shard of weight 1. */
  pointsPerShard: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
  /** For `ring`: points as libketama makes them, as memcached's clients do. */
  ketama: Type.Optional(Type.Boolean()),
  /** For `ranges`: the first key of each shard but the first, ascending. */
  bounds: Type.Optional(Type.Array(shardKey)),
  splits: Type.Array(split),
  isolated: Type.Array(isolated),
});
export type Placement = Readonly<Static<typeof placement>>;

/** What moves at a time: keys of one shard that another gets, cut into `of` portions by a hash. */
export const slice = Type.Object({ from: name, to: name, portion: count, of: Type.Integer({ minimum: 1 }) });
export type Slice = Readonly<Static<typeof slice>>;

/** A table and the column by which its rows are placed; `part` spreads the rows of a key that is split. */
export const shardedTable = Type.Object({
  table: Type.String({ minLength: 1 }),
  key: Type.String({ minLength: 1 }),
  part: Type.Optional(Type.String({ minLength: 1 })),
});
export type ShardedTable = Readonly<Static<typeof shardedTable>>;

/** A move from one placement to another: the slices before `done` are with their new shards already. */
export const moveUnderWay = Type.Object({ next: placement, slices: Type.Array(slice), done: count });
export type MoveUnderWay = Readonly<Static<typeof moveUnderWay>>;

/** Which shard has which key. `version` rises with everything that changes that. */
export const shardMap = Type.Object({
  family,
  version: Type.Integer({ minimum: 1 }),
  tables: Type.Array(shardedTable),
  base: placement,
  move: Type.Optional(moveUnderWay),
});
export type ShardMap = Readonly<Static<typeof shardMap>>;
