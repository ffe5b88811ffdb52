/**
 * What can be set on a router.
 */
import { parseConfig, type Static, Type } from '../../kernel/schema';
import { serviceLaw } from '../../kernel/service';

const pool = Type.String({ minLength: 1 });
const positiveMs = Type.Number({ exclusiveMinimum: 0 });
const shards = Type.Object({ shards: pool }, { additionalProperties: false });

export const config = Type.Object({
  /** The stores that it routes to: the pools of their shards, such as `shard-*`. */
  families: Type.Object(
    { sql: Type.Optional(shards), kv: Type.Optional(shards), doc: Type.Optional(shards) },
    { additionalProperties: false },
  ),
  /** The pool of those who keep the maps. */
  placement: pool,
  /** A request that is not answered by then has failed; less if whoever asks has less time left. */
  requestMs: positiveMs,
  /** For how long those who keep the maps are asked at a time. */
  mapMs: positiveMs,
  /** How often a request that was refused for certain is tried, the first time included. */
  attemptsMax: Type.Integer({ minimum: 1, maximum: 100 }),
  /** It waits about so long before the second time, and twice as long each time after that ... */
  backoffMs: positiveMs,
  /** ... but no longer than this. */
  backoffMaxMs: positiveMs,
  /** For how long a copy that failed is asked only if nobody else is there. */
  avoidMs: Type.Number({ minimum: 0 }),
  /** Requests that are worked on at once. */
  activeMax: Type.Integer({ minimum: 1 }),
  /** Requests that wait until others are done; the next one is refused. */
  queueMax: Type.Integer({ minimum: 0 }),
  /** Rows that it may fetch from shards for one statement. */
  rowsMax: Type.Integer({ minimum: 1 }),
  /** Statements whose plan it remembers. */
  plansMax: Type.Integer({ minimum: 1 }),
  /** New ids are fetched so many at a time. */
  idBlock: Type.Integer({ minimum: 1, maximum: 100_000 }),
  /** Keys that are counted per table, so that the hot ones are known. */
  hotKeysMax: Type.Integer({ minimum: 1, maximum: 10_000 }),
  /** Heat and load are of the last one to two of these. */
  windowMs: positiveMs,
  /** CPU time of a request for one shard. */
  requestServiceMs: serviceLaw,
  /** CPU time of taking in one answer of a shard. */
  answerServiceMs: serviceLaw,
  mailboxMax: Type.Integer({ minimum: 1 }),
});
export type RouterConfig = Static<typeof config>;

export const defaults: RouterConfig = {
  families: { sql: { shards: 'shard-*' } },
  placement: 'placement',
  requestMs: 2_000,
  mapMs: 500,
  attemptsMax: 40,
  backoffMs: 2,
  backoffMaxMs: 100,
  avoidMs: 1_000,
  activeMax: 1_024,
  queueMax: 4_096,
  rowsMax: 10_000,
  plansMax: 500,
  idBlock: 1_000,
  hotKeysMax: 256,
  windowMs: 10_000,
  requestServiceMs: 0.05,
  answerServiceMs: 0.02,
  mailboxMax: 10_000,
};

export const parse = parseConfig(config, defaults);
