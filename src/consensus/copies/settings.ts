/**
 * What can be set on every replicated store, whatever it stores: a tier spreads this into its own config.
 */
import { ConfigError, type Static, Type } from '../../kernel/schema';
import { serviceLaw } from '../../kernel/service';
import { replicationMode } from '../../protocols/replication';

const nodeId = Type.String({ minLength: 1 });
const positiveMs = Type.Number({ exclusiveMinimum: 0 });

/**
 * @example
 * const config = Type.Object({ ...copiesSettings, valueBytesMax: Type.Integer({ minimum: 1 }) });
 */
export const copiesSettings = {
  /** The first copies of a new group. Empty: the first of its pool that starts founds one, everybody later joins it. */
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
  /** Answers that may wait, for the disk or for other copies; what comes then is refused. */
  heldMax: Type.Integer({ minimum: 1 }),
  /** CPU time of taking in what the primary ships. */
  shipServiceMs: serviceLaw,
  /** CPU time of each unit of a slice of a sharded store that is read, put aside, taken out or put in, on each copy. */
  unitServiceMs: Type.Number({ minimum: 0 }),
  /** Time that reading one entry of the log again takes at a restart. */
  replayMs: Type.Number({ minimum: 0 }),
  mailboxMax: Type.Integer({ minimum: 1 }),
};

/** What a group was founded with stands in its log and on its disks: no config changes it any more. */
export const foundedWith = ['group', 'observers', 'succession', 'mode', 'replicas'] as const;

const shape = Type.Object(copiesSettings);
export type CopiesConfig = Static<typeof shape>;

export const copiesDefaults: CopiesConfig = {
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
  heldMax: 10_000,
  shipServiceMs: 0.1,
  unitServiceMs: 0.05,
  replayMs: 0.02,
  mailboxMax: 10_000,
};

/** Throws a `ConfigError` for settings that are fine each and make no sense together. */
export function refuseImpossible({ succession, mode }: CopiesConfig): void {
  if (succession !== 'elected' || mode === 'quorum') return;
  throw new ConfigError(`config.mode: ${mode} needs observers who appoint the primary (succession: appointed)`);
}
