/**
 * What can be set on a document store, and what it hears and says.
 */
import type { CopiesIn, CopiesOut } from '../../consensus/copies/conversation';
import { copiesDefaults, copiesSettings, refuseImpossible } from '../../consensus/copies/settings';
import type { Turn } from '../../kernel/machine';
import { parseConfig, type Static, Type } from '../../kernel/schema';
import { serviceLaw } from '../../kernel/service';
import type { DocAnswer, DocRequest } from '../../protocols/doc';
import type { HealthPing, HealthPong } from '../../protocols/health';
import { shardMap } from '../../protocols/shard-map';
import type { ShardsAnswer, ShardsDecided, ShardsRead } from '../../protocols/shards';

export const config = Type.Object({
  /** A document is refused whose JSON takes more ... */
  documentBytesMax: Type.Integer({ minimum: 1 }),
  /** ... or in which more is nested in each other. */
  levelsMax: Type.Integer({ minimum: 1, maximum: 500 }),
  /** Nothing more is taken in once all documents take so much, about. */
  storeBytesMax: Type.Integer({ minimum: 1 }),
  /** An answer ends with the document that makes it longer than this. */
  answerBytesMax: Type.Integer({ minimum: 1 }),
  /** CPU time of `doc.get`. */
  readServiceMs: serviceLaw,
  /** CPU time of `doc.find`. */
  findServiceMs: serviceLaw,
  /** CPU time of what writes. */
  writeServiceMs: serviceLaw,
  /** Of which shard of a sharded store it is a copy; the map by which a new group is founded. */
  sharding: Type.Optional(Type.Object({ shard: Type.String({ minLength: 1 }), map: shardMap })),
  ...copiesSettings,
});
export type DocConfig = Static<typeof config>;

/**
 * The CPU times stand to those of the database as the engines do where they are measured with the same records (`npm run
 * bench -- engines`): a document or a page of them is read in half the time, and changed in nearly twice as much, since the
 * patch is merged into a document that is then written as a whole.
 */
export const defaults: DocConfig = {
  documentBytesMax: 262_144,
  levelsMax: 100,
  storeBytesMax: 500_000_000,
  answerBytesMax: 1_000_000,
  readServiceMs: 0.15,
  findServiceMs: 0.15,
  writeServiceMs: 1.1,
  ...copiesDefaults,
};

const parseEach = parseConfig(config, defaults);

/** Throws a `ConfigError` also for settings that are fine each and make no sense together. */
export function parse(given: unknown): DocConfig {
  const parsed = parseEach(given);
  refuseImpossible(parsed);
  return parsed;
}

export type DocIn = DocRequest | HealthPing | CopiesIn | ShardsDecided | ShardsRead;
export type DocOut = DocAnswer | HealthPong | CopiesOut | ShardsAnswer;
export type DocTurn = Turn<DocIn, DocOut>;
