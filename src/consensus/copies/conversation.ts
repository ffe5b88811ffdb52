/**
 * What every copy of a replicated store hears and says beside what it stores: the messages that a tier has to accept, and
 * which of them must not wait behind its users.
 */
import type { ErrorBody } from '../../kernel/control';
import type { Body } from '../../kernel/envelope';
import type { Turn } from '../../kernel/machine';
import type { Message } from '../../kernel/schema';
import {
  type ObserversGranted,
  type ObserversRefused,
  type ObserversRenew,
  observersGranted,
  observersRefused,
} from '../../protocols/observers';
import { type RaftMessage, raftMessages } from '../../protocols/raft';
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
  replicationDigest,
  replicationJoin,
  replicationJoined,
  replicationRefused,
  replicationSet,
  replicationSettled,
  replicationStanding,
  replicationStatus,
  replicationTail,
} from '../../protocols/replication';

/** Requests and answers that a copy understands; a tier spreads them into what it accepts. */
export const copiesMessages: readonly Message[] = [
  ...raftMessages,
  observersGranted,
  observersRefused,
  replicationStatus,
  replicationStanding,
  replicationSet,
  replicationJoin,
  replicationJoined,
  replicationRefused,
  replicationTail,
  replicationSettled,
  replicationDigest,
];

/** What ships data is taken in one after the other. */
export const shippingKinds: readonly string[] = ['raft.append', 'raft.install'];

/** What keeps a group together must not wait behind what its users want. */
export const promptKinds: readonly string[] = [
  ...raftMessages,
  replicationStatus,
  replicationJoin,
  replicationJoined,
  replicationRefused,
].flatMap(({ kind }) => (shippingKinds.includes(kind) ? [] : [kind]));

export type CopiesIn =
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

export type CopiesOut =
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

/** The turn of any tier that speaks all this, whatever else it speaks. */
export type CopiesTurn = Turn<Body, CopiesOut>;
