/**
 * Every canary there is. A new one is a line in the file of its claim.
 */

import { atMostOnceCanaries } from './at-most-once';
import { backCanaries } from './back';
import { balancingCanaries } from './balancing';
import { cacheCanaries } from './cache';
import { cachingCanaries } from './caching';
import type { Canary } from './canary';
import { checkerCanaries } from './checkers';
import { determinismCanaries } from './determinism';
import { durabilityCanaries } from './durability';
import { evennessCanaries } from './evenness';
import { feedCanaries } from './feeds';
import { hashingCanaries } from './hashing';
import { itemCanaries } from './items';
import { latencyCanaries } from './latency';
import { movingCanaries } from './moving';
import { oneDiesCanaries } from './one-dies';
import { overloadCanaries } from './overload';
import { placementCanaries } from './placement';
import { privacyCanaries } from './privacy';
import { promiseCanaries } from './promises';
import { queueingCanaries } from './queueing';
import { raftCanaries } from './raft';
import { replicationCanaries } from './replication';
import { sessionCanaries } from './sessions';
import { shardingCanaries } from './sharding';
import { shardingSqlCanaries } from './sharding-sql';
import { stalenessCanaries } from './staleness';
import { strictCheckerCanaries } from './strict-checkers';
import { throughCanaries } from './through';

export const canaries: readonly Canary[] = [
  ...atMostOnceCanaries,
  ...balancingCanaries,
  ...cacheCanaries,
  ...cachingCanaries,
  ...backCanaries,
  ...throughCanaries,
  ...checkerCanaries,
  ...determinismCanaries,
  ...durabilityCanaries,
  ...evennessCanaries,
  ...hashingCanaries,
  ...itemCanaries,
  ...latencyCanaries,
  ...movingCanaries,
  ...oneDiesCanaries,
  ...overloadCanaries,
  ...placementCanaries,
  ...privacyCanaries,
  ...promiseCanaries,
  ...queueingCanaries,
  ...raftCanaries,
  ...replicationCanaries,
  ...shardingSqlCanaries,
  ...sessionCanaries,
  ...shardingCanaries,
  ...feedCanaries,
  ...stalenessCanaries,
  ...strictCheckerCanaries,
];
