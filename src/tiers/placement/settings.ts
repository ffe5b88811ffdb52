/**
 * What can be set on those who keep the maps, and what they hear and say.
 */
import type { ErrorBody } from '../../kernel/control';
import type { Turn } from '../../kernel/machine';
import { type Static, Type } from '../../kernel/schema';
import { serviceLaw } from '../../kernel/service';
import {
  type CloudDone,
  type CloudFailed,
  type CloudRetire,
  type CloudSpawn,
  cloudDone,
  cloudFailed,
} from '../../protocols/cloud';
import { type HealthPing, type HealthPong, healthPing } from '../../protocols/health';
import {
  type PlacementAsk,
  type PlacementBlock,
  type PlacementIds,
  type PlacementMaps,
  type PlacementMoves,
  type PlacementProgress,
  type PlacementRefused,
  type PlacementReshard,
  type PlacementSteer,
  type PlacementTaken,
  placementAsk,
  placementIds,
  placementProgress,
  placementReshard,
  placementSteer,
} from '../../protocols/placement';
import { type RaftMessage, raftMessages } from '../../protocols/raft';
import { shardMap } from '../../protocols/shard-map';
import {
  type ShardsAnswer,
  type ShardsDecided,
  type ShardsRead,
  shardsBundles,
  shardsRefused,
  shardsSized,
  shardsStanding,
} from '../../protocols/shards';
import { paceDefaults } from '../../sharding/move-step';

const positive = Type.Number({ exclusiveMinimum: 0 });
const atLeastOne = Type.Integer({ minimum: 1 });

export const config = Type.Object({
  /** The ids of all members, this one included: a majority of exactly these decides, whoever else is in the pool. */
  group: Type.Array(Type.String(), { minItems: 1, maxItems: 9 }),
  /** What a new group begins with: one map for each family. */
  maps: Type.Array(shardMap),
  /** The first id that is free, by table: what the rows of the beginning have is nobody else's. Others begin at 1. */
  firstIds: Type.Record(Type.String(), atLeastOne),
  /** The pools in which shards are. */
  shards: Type.Array(Type.String({ minLength: 1 })),
  /** Without a word from the one that decides for so long, drawn up to twice this, another one is elected. */
  electionTimeoutMs: positive,
  heartbeatMs: positive,
  /** How far the rate of any clock may be off, as a share. */
  clockDriftMax: Type.Number({ minimum: 0, exclusiveMaximum: 1 }),
  /** What new nodes of a store are set to beside their group and their map, by the name of the store. */
  newNodes: Type.Record(Type.String(), Type.Record(Type.String(), Type.Unknown())),
  /** So long a shard has for an answer. */
  askMs: positive,
  /** What did not work is tried again after so long, then twice as long, and so on up to the other. */
  retryMs: positive,
  retryMaxMs: positive,
  /** So long the cloud has for a machine, and a new shard for its first primary. */
  orderMs: positive,
  /** So often the cloud is asked for a machine before the move is given up. */
  ordersMax: atLeastOne,
  /**
   * Units that go over in one slice, about. All of them leave in one turn of the source, and until the slice is switched
   * whoever asks for one waits: with ten times as many, a hundred requests wait as long as that takes.
   */
  unitsPerSlice: atLeastOne,
  /** After a step it rests for this share of what the step took, unless a rate is wanted; 0 is as fast as it can be. */
  restShare: Type.Number({ minimum: 0 }),
  /** Units that are read and put aside at a time. */
  chunkUnits: Type.Integer({ minimum: 1, maximum: 10_000 }),
  /** Once no more units than this changed since the last look, the fence goes up; after so many looks in any case. */
  fewUnits: Type.Integer({ minimum: 0 }),
  roundsMax: atLeastOne,
  /** For so long writes are kept out while the last changes go over; if that is not enough they are let in again. */
  fenceMs: positive,
  /** Questions that wait for a decision; the next one is refused. */
  waitingMax: atLeastOne,
  serviceMs: serviceLaw,
  mailboxMax: atLeastOne,
});
export type PlacementConfig = Static<typeof config>;

export const defaults: PlacementConfig = {
  group: ['placement-1', 'placement-2', 'placement-3'],
  maps: [],
  firstIds: {},
  shards: ['shard-*', 'kv-shard-*', 'doc-shard-*'],
  electionTimeoutMs: 500,
  heartbeatMs: 100,
  clockDriftMax: 0.1,
  newNodes: {},
  askMs: 1_000,
  retryMs: paceDefaults.retryMs,
  retryMaxMs: 5_000,
  orderMs: 120_000,
  ordersMax: 3,
  unitsPerSlice: 100,
  restShare: paceDefaults.restShare,
  chunkUnits: paceDefaults.chunkUnits,
  fewUnits: paceDefaults.fewUnits,
  roundsMax: paceDefaults.roundsMax,
  fenceMs: paceDefaults.fenceMs,
  waitingMax: 10_000,
  serviceMs: 0.02,
  mailboxMax: 10_000,
};

export const accepts = [
  placementAsk,
  placementIds,
  placementReshard,
  placementSteer,
  placementProgress,
  healthPing,
  cloudDone,
  cloudFailed,
  shardsBundles,
  shardsStanding,
  shardsSized,
  shardsRefused,
  ...raftMessages,
] as const;

export type PlacementIn =
  | PlacementAsk
  | PlacementIds
  | PlacementReshard
  | PlacementSteer
  | PlacementProgress
  | HealthPing
  | CloudDone
  | CloudFailed
  | ShardsAnswer
  | RaftMessage;
export type PlacementOut =
  | PlacementMaps
  | PlacementBlock
  | PlacementTaken
  | PlacementMoves
  | PlacementRefused
  | HealthPong
  | CloudSpawn
  | CloudRetire
  | ShardsDecided
  | ShardsRead
  | RaftMessage
  | ErrorBody;
export type PlacementTurn = Turn<PlacementIn, PlacementOut>;
