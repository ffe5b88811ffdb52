/**
 * What can be set on a key-value store, and what it hears and says.
 */
import type { CopiesIn, CopiesOut } from '../../consensus/copies/conversation';
import { copiesDefaults, copiesSettings, refuseImpossible } from '../../consensus/copies/settings';
import type { Turn } from '../../kernel/machine';
import { parseConfig, type Static, Type } from '../../kernel/schema';
import { serviceLaw } from '../../kernel/service';
import type { HealthPing, HealthPong } from '../../protocols/health';
import type { KvAnswer, KvRequest } from '../../protocols/kv';
import { shardMap } from '../../protocols/shard-map';
import type { ShardsAnswer, ShardsDecided, ShardsRead } from '../../protocols/shards';

export const config = Type.Object({
  /** A value is refused whose JSON takes more. */
  valueBytesMax: Type.Integer({ minimum: 1 }),
  /** Nothing more is taken in once all items take so much, about. */
  storeBytesMax: Type.Integer({ minimum: 1 }),
  /** An answer to a scan ends with the item that makes it longer than this. */
  answerCharactersMax: Type.Integer({ minimum: 1 }),
  /** How often is looked for items that are over ... */
  sweepMs: Type.Number({ exclusiveMinimum: 0 }),
  /** ... of which one entry of the log takes out so many at most. */
  sweepItemsMax: Type.Integer({ minimum: 1 }),
  /** CPU time of `kv.get` and `kv.scan`. */
  readServiceMs: serviceLaw,
  /** CPU time of `kv.put` and `kv.delete`. */
  writeServiceMs: serviceLaw,
  /** Of which shard of a sharded store it is a copy; the map by which a new group is founded. */
  sharding: Type.Optional(Type.Object({ shard: Type.String({ minLength: 1 }), map: shardMap })),
  ...copiesSettings,
});
export type KvConfig = Static<typeof config>;

/**
 * The CPU times stand to those of the database as the engines do where they are measured with the same records (`npm run
 * bench -- engines`): a read by key takes 0.75 of the time there, a write as long, since most of it is the entry of the log.
 */
export const defaults: KvConfig = {
  valueBytesMax: 65_536,
  storeBytesMax: 500_000_000,
  answerCharactersMax: 500_000,
  sweepMs: 1_000,
  sweepItemsMax: 100,
  readServiceMs: 0.22,
  writeServiceMs: 0.6,
  ...copiesDefaults,
};

const parseEach = parseConfig(config, defaults);

/** Throws a `ConfigError` also for settings that are fine each and make no sense together. */
export function parse(given: unknown): KvConfig {
  const parsed = parseEach(given);
  refuseImpossible(parsed);
  return parsed;
}

export type KvIn = KvRequest | HealthPing | CopiesIn | ShardsDecided | ShardsRead;
export type KvOut = KvAnswer | HealthPong | CopiesOut | ShardsAnswer;
export type KvTurn = Turn<KvIn, KvOut>;
