/**
 * Every claim that can be tried with any seed, by the name under which a soak is told of it.
 */
import { faults } from '../src/faults/catalogue';
import { stages } from '../src/stages';
import { virtualMs } from '../src/testing/driven-world';
import { type Claim, type Effort, type JudgeOptions, judge, type Refutation, vacuousRuns } from '../src/testing/judge';
import { keepPicture } from '../src/testing/pictures';
import { report } from '../src/testing/report';
import { withConfig } from '../src/testing/simulated-site';
import { catalogue } from '../src/world/product';
import { detection } from './balancing/detection';
import { stickiness } from './balancing/sticky';
import { waiting } from './balancing/waiting';
import { eviction } from './cache/eviction';
import { expiry } from './cache/expiry';
import { fills } from './cache/fills';
import { aside } from './caching/aside';
import { back } from './caching/back';
import { bounded } from './caching/bounded';
import { log } from './caching/log';
import { oneDies } from './caching/one-dies';
import { ringChanges } from './caching/ring-changes';
import { sharded } from './caching/sharded';
import { through } from './caching/through';
import { brokerage } from './checkers/broker';
import { large } from './checkers/large';
import { promises } from './checkers/promises';
import { shortcuts } from './checkers/shortcuts';
import { spread } from './checkers/spread';
import { verdicts } from './checkers/verdicts';
import { determinism } from './determinism/claim';
import { gossips, gossipTopology } from './determinism/gossips';
import { evenness } from './evenness/claim';
import { boundedLoads } from './hashing/bounded';
import { evenKeys } from './hashing/evenness';
import { growth } from './hashing/growth';
import { hotKeys } from './hashing/hot-keys';
import { ringGrowth, ringSpread } from './hashing/ring-spread';
import { documents } from './items/documents';
import { pairs } from './items/pairs';
import { openLoopLatency } from './latency/claim';
import { movingClaim } from './moving/claim';
import { budget } from './overload/budget';
import { storm } from './overload/storm';
import { idsAreUnique } from './placement/ids';
import { privacy } from './privacy/claim';
import { queueing } from './queueing/claim';
import {
  asynchronous,
  forced,
  quorum,
  raftClaim,
  raftHolds,
  raftOutlivesShortReigns,
  semiSynchronous,
} from './raft/claim';
import { promises as replicationPromises } from './replication/claim';
import { comeback } from './replication/comeback';
import { modes } from './replication/modes';
import { sessionsClaim } from './sessions/claim';
import { moves } from './sharding/claim';
import { feeds } from './sharding/feeds';
import { sameAsOne } from './sharding-sql/claim';
import { strangersRefused } from './sharding-sql/strange';
import { atMostOnce } from './site/at-most-once';
import { durability } from './site/durability';

/** A claim of which nobody needs to know what it draws. */
export interface Trial {
  readonly name: string;
  /** Cases that take a second or so. */
  readonly runs: number;
  try(effort: Effort, options?: JudgeOptions): Tried;
}

export interface Tried {
  readonly runs: number;
  readonly vacuous: number;
  /** How much time went by in the worlds of these cases. */
  readonly virtualMs: number;
  readonly refuted: RefutedTrial | undefined;
}

/** What refuted a claim, for people. */
export interface RefutedTrial {
  readonly kind: string;
  readonly report: string;
  /** Opens the prompt standing there, where the claim is about a world that a prompt can open. */
  readonly command: string | undefined;
}

function trial<T>(name: string, runs: number, claimOf: (effort: Effort) => Claim<T>): Trial {
  return {
    name,
    runs,
    try: (effort, options) => {
      const claim = claimOf(effort);
      const before = virtualMs();
      const judgement = judge(claim, options);
      const { runs, refuted } = judgement;
      const tried = { runs, vacuous: vacuousRuns(judgement), virtualMs: virtualMs() - before };
      return { ...tried, refuted: refuted === undefined ? undefined : told(claim, refuted) };
    },
  };
}

function told<T>(claim: Claim<T>, refuted: Refutation<T>): RefutedTrial {
  return {
    kind: refuted.kind,
    report: report(claim, refuted, keepPicture),
    command: claim.show(refuted.shrunk).command,
  };
}

/** Users of a small site, for claims that bring none of their own. */
const shape = { loop: 'open', ratePerS: 60, arrivals: 'poisson' } as const;
const load = { kind: 'client.load', shape, writes: 0.3, users: 20, timeoutMs: 1_000 };

/** That a site with its users is repeatable. */
export const repeatableSite = (effort: Effort) =>
  determinism({
    ...effort,
    name: 'load-balanced is repeatable',
    topology: withConfig(stages.loadBalanced.topology, { 'db-1': { seedUsers: 20, snapshotEntries: 50 } }),
    catalogue,
    endMs: 8_000,
    always: [{ atMs: 0, command: { verb: 'tell', to: 'crowd-1', body: load, budgetMs: 1_000 } }],
  });

/** That nodes which use all that a node may use are repeatable. */
export const repeatableGossip = (effort: Effort) =>
  determinism({
    ...effort,
    name: 'gossip is repeatable',
    topology: gossipTopology,
    catalogue: { tiers: new Map(gossips().map((tier) => [tier.kind, tier])), faults, jobs: {} },
    endMs: 8_000,
  });

/** With fresh seeds one case in a thousand would be refuted by chance alone; of so many, nobody lives to see one. */
const hardlyEver = 1e-9;

export const trials: readonly Trial[] = [
  ...Object.values(stages).map((stage) =>
    trial(`durability-${stage.name}`, 60, (effort) => durability({ ...effort, stage })),
  ),
  trial('at-most-once', 40, atMostOnce),
  trial('stateless', 40, (effort) => sessionsClaim({ ...effort, where: ['cache', 'sql', 'kv'] })),
  trial('stateful', 40, (effort) => sessionsClaim({ ...effort, where: ['memory'] })),
  trial('evenness', 40, evenness),
  trial('balancing-detection', 60, detection),
  trial('balancing-sticky', 60, stickiness),
  trial('balancing-waiting', 2, (effort) => waiting(effort, 400_000)),
  trial('items-pairs', 40, pairs),
  trial('items-documents', 500, documents),
  trial('latency', 30, openLoopLatency),
  trial('retry-storm', 2, storm),
  trial('retry-budget', 40, budget),
  trial('determinism-site', 10, repeatableSite),
  trial('determinism-gossip', 40, repeatableGossip),
  trial('privacy', 1_000, privacy),
  trial('cache-eviction', 3_000, eviction),
  trial('cache-expiry', 200, expiry),
  trial('cache-leases', 3_000, (effort) => fills(effort, 'leases')),
  trial('cache-aside', 20, aside),
  trial('write-through', 20, through),
  trial('write-back', 60, back),
  trial('cache-one-dies', 15, (effort) => oneDies(effort, 'gutter')),
  trial('cache-one-dies-no-gutter', 15, (effort) => oneDies(effort, 'miss')),
  trial('cache-one-dies-others', 15, (effort) => oneDies(effort, 'others')),
  trial('cache-ring-changes', 15, ringChanges),
  trial('write-around', 20, (effort) => bounded(effort, 'write-around')),
  trial('cache-aside-stale', 20, (effort) => bounded(effort, 'cache-aside')),
  trial('read-through', 20, (effort) => bounded(effort, 'read-through')),
  trial('cache-told', 20, log),
  trial('cache-sharded', 8, sharded),
  trial('cache-versions', 3_000, (effort) => fills(effort, 'versions')),
  trial('raft', 40, (effort) => ({ ...raftHolds, ...effort })),
  trial('raft-short-reigns', 40, (effort) => ({ ...raftOutlivesShortReigns, ...effort })),
  trial('replication-semi-sync', 30, (effort) => raftClaim({ ...semiSynchronous, ...effort })),
  trial('replication-quorum', 30, (effort) => raftClaim({ ...quorum, ...effort })),
  trial('replication-async', 30, (effort) => raftClaim({ ...asynchronous, ...effort })),
  trial('replication-forced', 30, (effort) => raftClaim({ ...forced, ...effort })),
  ...modes.map((mode) => trial(`copies-${mode}`, 15, (effort) => replicationPromises({ ...effort, mode }))),
  ...modes.map((mode) => trial(`comeback-${mode}`, 25, (effort) => comeback({ ...effort, mode }))),
  trial('moving', 60, movingClaim),
  trial('ids', 30, idsAreUnique),
  trial('moves', 12, moves),
  trial('feeds', 12, feeds),
  trial('checkers-verdicts', 3_000, (effort) => ({ ...verdicts, ...effort })),
  trial('checkers-large', 50, (effort) => ({ ...large, ...effort })),
  trial('checkers-shortcuts', 1_000, (effort) => ({ ...shortcuts, ...effort })),
  trial('checkers-promises', 300, (effort) => ({ ...promises, ...effort })),
  trial('checkers-queues', 1_000, (effort) => ({ ...brokerage, ...effort })),
  trial('checkers-evenness', 200, (effort) => ({ ...spread, ...effort })),
  trial('hashing-evenness', 3, (effort) => evenKeys(effort, hardlyEver)),
  trial('hashing-ring', 10, (effort) => ringSpread(effort, hardlyEver)),
  trial('hashing-ring-growth', 20, (effort) => ringGrowth(effort, hardlyEver)),
  trial('hashing-growth', 40, (effort) => growth(effort, hardlyEver)),
  trial('bounded-loads', 100, boundedLoads),
  trial('hot-keys', 60, hotKeys),
  trial('sharding-sql', 75, sameAsOne),
  trial('sharding-sql-refused', 2_000, strangersRefused),
  // With fresh seeds nobody has looked whether chance is kind: ten times the customers leave it no say.
  trial('queueing', 2, (effort) => queueing(effort, 1_000_000)),
];
