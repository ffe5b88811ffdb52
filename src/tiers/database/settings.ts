/**
 * What can be set on a database, and what it hears and says.
 */
import type { ErrorBody } from '../../kernel/control';
import type { Turn } from '../../kernel/machine';
import { ConfigError, parseConfig, type Static, Type } from '../../kernel/schema';
import { serviceLaw } from '../../kernel/service';
import type { HealthPing, HealthPong } from '../../protocols/health';
import type { ObserversGranted, ObserversRefused, ObserversRenew } from '../../protocols/observers';
import type { RaftMessage } from '../../protocols/raft';
import {
  type ReplicationChanged,
  type ReplicationDigest,
  type ReplicationDigested,
  type ReplicationJoin,
  type ReplicationJoined,
  type ReplicationRefused,
  type ReplicationSet,
  type ReplicationSettled,
  type ReplicationStanding,
  type ReplicationStatus,
  type ReplicationTail,
  type ReplicationTailed,
  replicationMode,
} from '../../protocols/replication';
import type { SqlExecute, SqlFailure, SqlResult, SqlTransaction, SqlUnknown } from '../../protocols/sql';

const nodeId = Type.String({ minLength: 1 });
const positiveMs = Type.Number({ exclusiveMinimum: 0 });

export const config = Type.Object({
  /** Users that the very first start creates ... */
  seedUsers: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
  /** ... and posts per user; photos, follows and orders go with them. */
  seedPosts: Type.Number({ minimum: 0, maximum: 100 }),
  /** Which people they are. */
  seed: Type.String(),
  /** The first copies of a new group. Empty: the first of its kind that starts founds one, everybody later joins it. */
  group: Type.Array(nodeId, { maxItems: 9, uniqueItems: true }),
  /** Who makes one of the copies primary when the succession is `appointed`. */
  observers: Type.Array(nodeId, { maxItems: 9, uniqueItems: true }),
  /** A majority of the copies elects its primary, or a majority of the observers appoints it. */
  succession: Type.Union([Type.Literal('elected'), Type.Literal('appointed')]),
  /** When a new group acknowledges a write. Elections need a majority: `elected` goes with `quorum` alone. */
  mode: replicationMode,
  /** Replicas that have to have synced a write before it is acknowledged, for `semi-sync`. */
  replicas: Type.Integer({ minimum: 1 }),
  /** A primary asks a majority before it tells what is newest, or believes in the clocks for as long as it may. */
  reads: Type.Union([Type.Literal('confirmed'), Type.Literal('lease')]),
  /** Without a word from the primary for so long, and up to as long again, a copy wants to take its place. */
  electionTimeoutMs: positiveMs,
  /** How often a primary renews its lease with the observers. */
  renewMs: positiveMs,
  /** A primary whose disk owes it an answer for longer than this gives up its office: nothing can be acknowledged on it. */
  diskPatienceMs: positiveMs,
  /** How often a primary says that it is there. */
  heartbeatMs: positiveMs,
  /** A copy that is silent for so long loses its vote to one that has caught up ... */
  deadMs: positiveMs,
  /** ... or to nobody, as long as so many votes are left. */
  voters: Type.Integer({ minimum: 1 }),
  /** A copy that hears of no primary for so long asks whether it still belongs to the group. */
  orphanMs: positiveMs,
  /** A read that asks for a position waits so long for it at most, then it is refused. */
  freshWaitMs: Type.Number({ minimum: 0 }),
  /** How often a copy without data asks to be taken in. */
  joinMs: positiveMs,
  /** A snapshot is taken after so many entries of the log ... */
  snapshotEntries: Type.Integer({ minimum: 1 }),
  /** ... or so many bytes of it, so that a restart never reads more than that. */
  snapshotBytes: Type.Integer({ minimum: 1 }),
  /** Bytes of lost writes that are kept for their recovery; the oldest make room, and are counted. */
  tailBytesMax: Type.Integer({ minimum: 0 }),
  /** Rows that one answer may carry. */
  rowsMax: Type.Integer({ minimum: 1 }),
  /** Answers that may wait, for the disk or for other copies; what comes then is refused. */
  heldMax: Type.Integer({ minimum: 1 }),
  /** CPU time of `sql.execute`: mostly reads by key. */
  readServiceMs: serviceLaw,
  /** CPU time of `sql.transaction`: what writes. */
  writeServiceMs: serviceLaw,
  /** CPU time of taking in what the primary ships. */
  shipServiceMs: serviceLaw,
  /** Time that reading one entry of the log again takes at a restart. */
  replayMs: Type.Number({ minimum: 0 }),
  mailboxMax: Type.Integer({ minimum: 1 }),
});
export type DatabaseConfig = Static<typeof config>;

export const defaults: DatabaseConfig = {
  seedUsers: 1_000,
  seedPosts: 1,
  seed: 'people',
  group: [],
  observers: [],
  succession: 'elected',
  mode: 'quorum',
  replicas: 1,
  reads: 'confirmed',
  electionTimeoutMs: 1_000,
  renewMs: 200,
  diskPatienceMs: 1_000,
  heartbeatMs: 100,
  deadMs: 10_000,
  voters: 3,
  orphanMs: 3_000,
  freshWaitMs: 200,
  joinMs: 250,
  snapshotEntries: 1_000,
  snapshotBytes: 4_000_000,
  tailBytesMax: 1_000_000,
  rowsMax: 10_000,
  heldMax: 10_000,
  readServiceMs: 0.3,
  writeServiceMs: 0.6,
  shipServiceMs: 0.1,
  replayMs: 0.02,
  mailboxMax: 10_000,
};

const parseEach = parseConfig(config, defaults);

/** Throws a `ConfigError` also for settings that are fine each and make no sense together. */
export function parse(given: unknown): DatabaseConfig {
  const parsed = parseEach(given);
  if (parsed.succession === 'elected' && parsed.mode !== 'quorum') {
    throw new ConfigError(
      `config.mode: ${parsed.mode} needs observers who appoint the primary (succession: appointed)`,
    );
  }
  return parsed;
}

export type DatabaseIn =
  | SqlExecute
  | SqlTransaction
  | HealthPing
  | RaftMessage
  | ObserversGranted
  | ObserversRefused
  | ReplicationStatus
  | ReplicationStanding
  | ReplicationSet
  | ReplicationJoin
  | ReplicationJoined
  | ReplicationRefused
  | ReplicationTail
  | ReplicationSettled
  | ReplicationDigest;
export type DatabaseOut =
  | SqlResult
  | SqlFailure
  | SqlUnknown
  | HealthPong
  | RaftMessage
  | ObserversRenew
  | ReplicationStatus
  | ReplicationStanding
  | ReplicationChanged
  | ReplicationRefused
  | ReplicationJoin
  | ReplicationJoined
  | ReplicationTailed
  | ReplicationDigested
  | ErrorBody;
export type DatabaseTurn = Turn<DatabaseIn, DatabaseOut>;
