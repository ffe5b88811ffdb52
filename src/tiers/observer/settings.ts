/**
 * What can be set on an observer, and what it hears and says.
 */
import type { ErrorBody } from '../../kernel/control';
import type { Turn } from '../../kernel/machine';
import { type Static, Type } from '../../kernel/schema';
import { serviceLaw } from '../../kernel/service';
import { type CloudDone, type CloudFailed, type CloudSpawn, cloudDone, cloudFailed } from '../../protocols/cloud';
import { type HealthPing, type HealthPong, healthPing, healthPong } from '../../protocols/health';
import {
  type ObserversAsk,
  type ObserversGranted,
  type ObserversPromote,
  type ObserversPromoted,
  type ObserversRefused,
  type ObserversRenew,
  type ObserversView,
  observersAsk,
  observersPromote,
  observersRenew,
} from '../../protocols/observers';
import { type RaftMessage, raftMessages } from '../../protocols/raft';
import { type ReplicationStanding, type ReplicationStatus, replicationStanding } from '../../protocols/replication';

export const config = Type.Object({
  /** The ids of all observers, this one included: a majority of exactly these decides, whoever else is in the pool. */
  observers: Type.Array(Type.String(), { minItems: 1, maxItems: 9 }),
  /** The pool of data nodes that they watch over. */
  databases: Type.String({ minLength: 1 }),
  /** Without a word from the observer that decides for so long, drawn up to twice this, another one is elected. */
  electionTimeoutMs: Type.Number({ exclusiveMinimum: 0 }),
  heartbeatMs: Type.Number({ exclusiveMinimum: 0 }),
  /** A primary that has not renewed for so long is replaced. */
  leaseMs: Type.Number({ exclusiveMinimum: 0 }),
  /** How far the rate of any clock may be off, as a share: what leases assume, and nothing else. */
  clockDriftMax: Type.Number({ minimum: 0, exclusiveMaximum: 1 }),
  retryMs: Type.Number({ exclusiveMinimum: 0 }),
  /** A node that was appointed and does not renew within so long is given up. */
  appointedMs: Type.Number({ exclusiveMinimum: 0 }),
  /** A primary that decides nothing for so long, although enough of the others answer the observers, is replaced. */
  undecidedMs: Type.Number({ exclusiveMinimum: 0 }),
  /** For so long more promises are waited for where fewer might lose what was acknowledged ... */
  graceMs: Type.Number({ minimum: 0 }),
  /** ... and then the most advanced is promoted, or nobody is. Only `async` comes to that. */
  ifLossPossible: Type.Union([Type.Literal('promote'), Type.Literal('wait')]),
  /** A person is refused to promote who is more entries behind than this, unless by force. */
  lagMax: Type.Integer({ minimum: 0 }),
  /** A data node that is silent for so long is replaced, unless so many others are there; 0: nobody is replaced. */
  replaceAfterMs: Type.Number({ minimum: 0 }),
  wanted: Type.Integer({ minimum: 1 }),
  serviceMs: serviceLaw,
  mailboxMax: Type.Integer({ minimum: 1 }),
});
export type ObserverConfig = Static<typeof config>;

export const defaults: ObserverConfig = {
  observers: ['observer-1', 'observer-2', 'observer-3'],
  databases: 'db',
  electionTimeoutMs: 500,
  heartbeatMs: 100,
  leaseMs: 1_000,
  clockDriftMax: 0.1,
  retryMs: 200,
  appointedMs: 1_000,
  undecidedMs: 1_000,
  graceMs: 500,
  ifLossPossible: 'promote',
  lagMax: 100,
  replaceAfterMs: 10_000,
  wanted: 3,
  serviceMs: 0.02,
  mailboxMax: 10_000,
};

export const accepts = [
  observersRenew,
  observersPromote,
  observersAsk,
  healthPing,
  healthPong,
  cloudDone,
  cloudFailed,
  replicationStanding,
  ...raftMessages,
] as const;

export type ObserverIn =
  | ObserversRenew
  | ObserversPromote
  | ObserversAsk
  | HealthPing
  | HealthPong
  | CloudDone
  | CloudFailed
  | ReplicationStanding
  | RaftMessage;
export type ObserverOut =
  | ObserversGranted
  | ObserversRefused
  | ObserversPromoted
  | ObserversView
  | HealthPing
  | HealthPong
  | CloudSpawn
  | ReplicationStatus
  | RaftMessage
  | ErrorBody;
export type ObserverTurn = Turn<ObserverIn, ObserverOut>;
