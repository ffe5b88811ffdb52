/**
 * What can be asked of a database about its copies, and what copies ask each other beside the log itself.
 */
import { type BodyOf, message, type Static, Type } from '../kernel/schema';
import { sqlParameter } from './sql';

const count = Type.Integer({ minimum: 0 });
const id = Type.String({ minLength: 1 });

/**
 * When a write is acknowledged: once the primary has synced it (`async`), once so many replicas have as well
 * (`semi-sync`), or once a majority of all copies have (`quorum`).
 */
export const replicationMode = Type.Union([Type.Literal('async'), Type.Literal('semi-sync'), Type.Literal('quorum')]);
export type ReplicationMode = Static<typeof replicationMode>;

/** Where do you stand? Answered by every copy with `replication.standing`. */
export const replicationStatus = message('replication.status', {});
export type ReplicationStatus = BodyOf<typeof replicationStatus>;

/** A copy as its primary sees it. */
const follower = Type.Object({
  id,
  /** Up to here its synced log is the primary's. */
  match: count,
  behindEntries: count,
  /** Since when it lacks something; 0 for one that lacks nothing. */
  behindMs: Type.Number({ minimum: 0 }),
});

/** Writes that a copy had to give up, in one piece of its log. */
const tail = Type.Object({ term: count, from: count, to: count, writes: count });

export const replicationStanding = message('replication.standing', {
  /** `joining`: it has no data yet, and asks to be taken in. */
  role: Type.Union([
    Type.Literal('primary'),
    Type.Literal('replica'),
    Type.Literal('learner'),
    Type.Literal('joining'),
  ]),
  term: count,
  primary: Type.Optional(id),
  /** The last entry of its log, the last one that is known to be decided, and the last one that its data reflects. */
  lastIndex: count,
  committed: count,
  applied: count,
  /** Synced copies that acknowledge a write, the primary's included. */
  copies: count,
  /** `quorum`, `async`, `semi-sync 1`. */
  mode: Type.String(),
  members: Type.Object({ voters: Type.Array(id), learners: Type.Array(id) }),
  /** Known to the primary alone. */
  followers: Type.Array(follower),
  tails: Type.Array(tail),
});
export type ReplicationStanding = BodyOf<typeof replicationStanding>;

/** Acknowledge from now on like this; `replicas` says how many, for `semi-sync`. For the primary. */
export const replicationSet = message('replication.set', {
  mode: replicationMode,
  replicas: Type.Optional(Type.Integer({ minimum: 1 })),
});
export type ReplicationSet = BodyOf<typeof replicationSet>;

/** It was taken up; what follows in the log is decided so. */
export const replicationChanged = message('replication.changed', { mode: Type.String() });
export type ReplicationChanged = BodyOf<typeof replicationChanged>;

/**
 * It was not done: `not-primary` (ask the primary, if one is known), `blank` (nobody has founded the group yet, as far as
 * I know), `busy` (try again), `impossible` (it cannot be had here).
 */
export const replicationRefused = message('replication.refused', {
  because: Type.Union([
    Type.Literal('not-primary'),
    Type.Literal('blank'),
    Type.Literal('busy'),
    Type.Literal('impossible'),
  ]),
  reason: Type.String(),
  primary: Type.Optional(id),
});
export type ReplicationRefused = BodyOf<typeof replicationRefused>;

/** Take me in: I have nothing, whatever I said before. `life` tells one such request from a later one. */
export const replicationJoin = message('replication.join', { life: Type.Integer() });
export type ReplicationJoin = BodyOf<typeof replicationJoin>;

/** How a group is led; the same for all of its members. */
export const rulesShape = Type.Object({
  succession: Type.Union([Type.Literal('elected'), Type.Literal('appointed')]),
  observers: Type.Array(id),
});

/** You are a learner of the group since the entry at `index`, which is decided, and this is how it is led. */
export const replicationJoined = message('replication.joined', { index: count, rules: rulesShape });
export type ReplicationJoined = BodyOf<typeof replicationJoined>;

/** Which writes did you have to give up? Answered with `replication.tailed`. */
export const replicationTail = message('replication.tail', {});
export type ReplicationTail = BodyOf<typeof replicationTail>;

/** A write that a copy held and the group decided without. */
export const lostWrite = Type.Object({
  id,
  position: count,
  term: count,
  statements: Type.Array(
    Type.Object({
      statement: Type.String(),
      parameters: Type.Array(sqlParameter),
    }),
  ),
});
export type LostWrite = Static<typeof lostWrite>;

/**
 * `unaccounted`: what stood there was only in a snapshot that had to go, and cannot be told any more. `forgotten`: so many
 * more writes, the oldest, found no room.
 */
export const replicationTailed = message('replication.tailed', {
  writes: Type.Array(lostWrite),
  unaccounted: Type.Optional(Type.Array(Type.Object({ from: count, to: count }))),
  forgotten: count,
});
export type ReplicationTailed = BodyOf<typeof replicationTailed>;

/** These are done once more, or given up for good: they need not be kept. Answered with what is left. */
export const replicationSettled = message('replication.settled', { ids: Type.Array(id) });
export type ReplicationSettled = BodyOf<typeof replicationSettled>;

/** A hash of all the data, and of the position in the log that it reflects: equal positions, equal hashes. */
export const replicationDigest = message('replication.digest', {});
export type ReplicationDigest = BodyOf<typeof replicationDigest>;
export const replicationDigested = message('replication.digested', { position: count, term: count, digest: id });
export type ReplicationDigested = BodyOf<typeof replicationDigested>;
