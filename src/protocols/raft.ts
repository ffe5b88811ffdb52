/**
 * What servers of a Raft group say to each other (Ongaro & Ousterhout 2014, figures 2 and 13; Ongaro's thesis 2014 for
 * pre-vote, membership change, leadership transfer and read index), and observers to them who appoint their leader. Every
 * message carries the term of who says it. None of them needs a stream: each may be lost, doubled or come late.
 */
import { type BodyOf, message, type Static, Type } from '../kernel/schema';

const term = Type.Integer({ minimum: 0 });
const index = Type.Integer({ minimum: 0 });

/**
 * Who decides (`voters`), who gets the log without a vote (`learners`, thesis 4.2.1), and on the disks of how many voters
 * an entry has to be before it is committed: more than half of them, or so many, the leader's own always among them.
 */
export const raftMembers = Type.Object({
  voters: Type.Array(Type.String(), { maxItems: 100 }),
  learners: Type.Array(Type.String(), { maxItems: 100 }),
  copies: Type.Union([Type.Literal('majority'), Type.Integer({ minimum: 1 })]),
});
export type Members = Readonly<Static<typeof raftMembers>>;
export type Copies = Members['copies'];

/** Whoever leads was appointed although others may hold what was committed: that is to be lost. */
const isForced = Type.Optional(Type.Boolean());

/** A term begins at an index of the log. */
export const raftTermStart = Type.Object({ term, from: Type.Integer({ minimum: 1 }), isForced });
export type TermStart = Readonly<Static<typeof raftTermStart>>;

const place = { index: Type.Integer({ minimum: 1 }), term };

/** One place of the log. A `start` is the empty entry that begins a leader's term (section 8). */
export const raftEntry = Type.Union([
  Type.Object({ what: Type.Literal('command'), ...place, command: Type.Uint8Array() }),
  Type.Object({ what: Type.Literal('members'), ...place, members: raftMembers }),
  Type.Object({ what: Type.Literal('start'), ...place, isForced }),
]);
export type Entry = Readonly<Static<typeof raftEntry>>;

/**
 * Asks for a vote. A `trial` only asks whether it would be given, in the term that it names: nobody's term changes
 * (pre-vote, thesis 9.6). `isTransfer`: the leader itself wants this one to lead, so nobody protects it.
 */
export const raftVote = message('raft.vote', {
  term,
  lastIndex: index,
  lastTerm: term,
  isTrial: Type.Boolean(),
  isTransfer: Type.Boolean(),
});
export type RaftVote = BodyOf<typeof raftVote>;

/** The answer; a vote that is given in a trial carries the term that the trial was about. */
export const raftVoted = message('raft.voted', { term, isTrial: Type.Boolean(), granted: Type.Boolean() });
export type RaftVoted = BodyOf<typeof raftVoted>;

/**
 * Entries that follow the one at `previousIndex` in `previousTerm`, and how far the leader has committed. `forcedTerm`: the
 * newest term of its log whose leader was forced upon the group.
 */
export const raftAppend = message('raft.append', {
  term,
  previousIndex: index,
  previousTerm: term,
  entries: Type.Array(raftEntry),
  commit: index,
  forcedTerm: Type.Optional(term),
});
export type RaftAppend = BodyOf<typeof raftAppend>;

/** Up to `index` the log is the leader's, and synced; `sentAtMs` is the follower's clock when it said so. */
export const raftAppended = message('raft.appended', { term, index, sentAtMs: Type.Number() });
export type RaftAppended = BodyOf<typeof raftAppended>;

/**
 * There is another entry at `index`, or none. The logs may agree up to `hintIndex`, where this one's term is `hintTerm`,
 * and not beyond: a whole term is skipped at once (the end of section 5.3). Nor can they agree on less than what this one
 * has made a snapshot of, which ends with `floor`: where the leader's log has not that, no entries help, only a snapshot.
 */
export const raftMismatch = message('raft.mismatch', {
  term,
  index,
  hintIndex: index,
  hintTerm: term,
  floor: Type.Object({ index, term }),
});
export type RaftMismatch = BodyOf<typeof raftMismatch>;

/**
 * I lead. `round` counts these, `saidAtMs` is the leader's clock: both come back. `commit` is no more than is known to
 * match. `proof`: at a moment of the follower's own clock no more than this was committed, for certain.
 */
export const raftHeartbeat = message('raft.heartbeat', {
  term,
  round: Type.Integer({ minimum: 0 }),
  saidAtMs: Type.Number(),
  commit: index,
  proof: Type.Optional(Type.Object({ atMs: Type.Number(), commit: index })),
});
export type RaftHeartbeat = BodyOf<typeof raftHeartbeat>;

/**
 * You lead, says who is in no later term, at `sentAtMs` of its own clock. It promises nothing about the log, so it does not
 * wait for the disk.
 */
export const raftHeard = message('raft.heard', {
  term,
  round: Type.Integer({ minimum: 0 }),
  saidAtMs: Type.Number(),
  sentAtMs: Type.Number(),
});
export type RaftHeard = BodyOf<typeof raftHeard>;

/**
 * A piece of the snapshot up to `index`, for whoever needs entries that are no longer in the log (figure 13), or has a
 * snapshot, `insteadOf` which it is, that is not of this log. `terms` tells where each term of the leader's whole log
 * began, up to `lastIndex`.
 */
export const raftInstall = message('raft.install', {
  term,
  index,
  indexTerm: term,
  members: raftMembers,
  terms: Type.Array(raftTermStart),
  lastIndex: index,
  insteadOf: Type.Optional(Type.Object({ index, term })),
  offset: Type.Integer({ minimum: 0 }),
  piece: Type.Uint8Array(),
  isLast: Type.Boolean(),
});
export type RaftInstall = BodyOf<typeof raftInstall>;

/** So many bytes of the snapshot up to `index` are here. That all of it is synced is said by `raft.appended`. */
export const raftReceived = message('raft.received', { term, index, bytes: Type.Integer({ minimum: 0 }) });
export type RaftReceived = BodyOf<typeof raftReceived>;

/** Stand for election now: your log is as long as mine (leadership transfer, thesis 3.10). */
export const raftLead = message('raft.lead', { term });
export type RaftLead = BodyOf<typeof raftLead>;

/**
 * An observer asks to be promised that nothing of an earlier term is taken any more. A term is asked for by one observer
 * only, which makes sure of that with the others.
 */
export const raftPromise = message('raft.promise', { term });
export type RaftPromise = BodyOf<typeof raftPromise>;

/**
 * Who belongs to the group by the newest entry about it, where that stands in the log, and who did before as long as that
 * entry is not known to be committed.
 */
const known = { members: raftMembers, membersIndex: index, membersTerm: term, previous: Type.Optional(raftMembers) };
export const raftKnownMembers = Type.Object(known);
export type KnownMembers = Readonly<Static<typeof raftKnownMembers>>;

/**
 * Promised, on disk; and after that: how far the log goes, and who belongs to the group.
 */
export const raftPromised = message('raft.promised', {
  term,
  lastIndex: index,
  lastTerm: term,
  commitIndex: index,
  ...known,
});
export type RaftPromised = BodyOf<typeof raftPromised>;

/** Lead this term, say the observers to whom it was promised. They say so to one server only, whatever comes of it. */
export const raftAppoint = message('raft.appoint', { term, isForced });
export type RaftAppoint = BodyOf<typeof raftAppoint>;

/** Somebody whose term is over is told so; it steps down. An observer is told so if its term is not to be had. */
export const raftOutdated = message('raft.outdated', { term });
export type RaftOutdated = BodyOf<typeof raftOutdated>;

/** For the list of messages that a tier accepts. */
export const raftMessages = [
  raftVote,
  raftVoted,
  raftAppend,
  raftAppended,
  raftMismatch,
  raftHeartbeat,
  raftHeard,
  raftInstall,
  raftReceived,
  raftLead,
  raftPromise,
  raftPromised,
  raftAppoint,
  raftOutdated,
] as const;
export type RaftMessage = BodyOf<(typeof raftMessages)[number]>;
