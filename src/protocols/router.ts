/**
 * What a router can be asked about what goes through it: which keys are asked for most, and what each shard has to do.
 */
import { type BodyOf, message, type Static, Type } from '../kernel/schema';
import { family, shardKey } from './shard-map';

const name = Type.String({ minLength: 1 });
const count = Type.Integer({ minimum: 0 });
const ms = Type.Number({ minimum: 0 });

/** Which keys did you route most, lately? */
export const routerHotKeys = message('router.hot-keys', { family: Type.Optional(family) });
export type RouterHotKeys = BodyOf<typeof routerHotKeys>;

/** A key that came `count` times at most, and `count - error` times at least. */
export const hotKey = Type.Object({ key: shardKey, count, error: count });
export type HotKey = Readonly<Static<typeof hotKey>>;

/**
 * By table, those with the most requests first. `windowMs`: the time that the counts are of. So many keys (`capacity`) were
 * counted at once: every key with more than a `capacity`th of the total is among them.
 */
export const routerHeat = message('router.heat', {
  windowMs: ms,
  tables: Type.Array(Type.Object({ family, table: name, capacity: count, total: count, keys: Type.Array(hotKey) })),
});
export type RouterHeat = BodyOf<typeof routerHeat>;

/** What have the shards had to do for you, lately, and by which maps do you go? */
export const routerLoad = message('router.load', {});
export type RouterLoad = BodyOf<typeof routerLoad>;

export const routerLoads = message('router.loads', {
  windowMs: ms,
  maps: Type.Array(Type.Object({ family, version: count })),
  /** `requestsEver`: since the router began, for whoever takes the difference of two answers. */
  shards: Type.Array(Type.Object({ family, shard: name, requests: count, rows: count, requestsEver: count })),
});
export type RouterLoads = BodyOf<typeof routerLoads>;
