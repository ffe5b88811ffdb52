/**
 * Values by keys until they are over: what is said to a cache server, with the meanings of memcached, the leases of
 * "Scaling Memcache at Facebook" (NSDI 2013, 3.2.1) and the version of what each value was made from.
 */
import { type BodyOf, message, Type } from '../kernel/schema';
import { cacheKey as key } from './cache-key';

/**
 * How long a value lives, in seconds, as memcached counts: 0 is for ever, below 0 is over at once, and above 30 days it is
 * a time of day, in seconds since 1970. A time to live runs on the server's monotonic clock, a time of day on its wall
 * clock.
 */
const seconds = Type.Number();

/** Above this, `seconds` are a time of day. */
export const relativeSecondsMax = 30 * 24 * 3600;

/** Which write something is made from, so that what is older can be told from what is newer. */
const lineage = {
  /** The position of the write in its log. A server that holds a later one keeps that. */
  version: Type.Optional(Type.Integer({ minimum: 0 })),
  /** Where there are several logs, whose position it is: positions of two say nothing of each other. */
  log: Type.Optional(Type.String({ maxLength: 100 })),
  /** And by which version of the map that says whose log has the key: of two logs the one of the later map counts. */
  epoch: Type.Optional(Type.Integer({ minimum: 0 })),
};

/** What is kept of a value beside it, and goes with it to whoever asks. */
const value = {
  key,
  value: Type.String(),
  /** For the client alone: what the value is, or how it is packed. */
  flags: Type.Optional(Type.Integer({ minimum: 0, maximum: 0xffff_ffff })),
  ...lineage,
  /**
   * Up to which log position the value is known to be the newest; by default its version. A server that has let go of
   * something later does not take it: it cannot know that this is not what that had replaced.
   */
  asOf: Type.Optional(Type.Integer({ minimum: 0 })),
};

const written = { ...value, seconds };

/**
 * By which agreed ring the server was chosen (`protocols/agreed-ring`). It then answers only while it may: while the key is
 * its own by the ring, and its lease on that runs.
 */
const ring = Type.Optional(Type.Integer({ minimum: 0 }));

/**
 * Answered with `cache.value` or `cache.missing`. Who asks for a `lease` and finds nothing may get the right to fill it; who
 * says that something will do that was dropped no longer than `staleMs` ago may be given that, instead of having to wait;
 * who asks for the `home` wants to hear it from whoever has the key and all writes of it, and may be told to ask again.
 */
export const cacheGet = message('cache.get', {
  key,
  lease: Type.Optional(Type.Boolean()),
  staleMs: Type.Optional(Type.Number({ minimum: 0, maximum: 3_600_000 })),
  ring,
  home: Type.Optional(Type.Boolean()),
});
export type CacheGet = BodyOf<typeof cacheGet>;

/**
 * Read through: what is there, or what the database says to this statement, which then is there for so many seconds from
 * when the database was asked. Answered with `cache.value`, or with why it could not be had.
 */
export const cacheLoad = message('cache.load', {
  key,
  statement: Type.String({ maxLength: 10_000 }),
  parameters: Type.Array(Type.Union([Type.String(), Type.Number(), Type.Null()]), { maxItems: 100 }),
  /** A time to live, never a time of day. */
  seconds: Type.Number({ exclusiveMinimum: 0, maximum: relativeSecondsMax }),
});
export type CacheLoad = BodyOf<typeof cacheLoad>;

/** Keep it, whatever was there. With the token of a lease: only while nobody has deleted the key since it was given. */
export const cacheSet = message('cache.set', { ...written, token: Type.Optional(Type.Integer()), ring });
export type CacheSet = BodyOf<typeof cacheSet>;

/** Keep it if there is nothing under the key. */
export const cacheAdd = message('cache.add', written);
export type CacheAdd = BodyOf<typeof cacheAdd>;

/** Keep it if there is something under the key. */
export const cacheReplace = message('cache.replace', written);
export type CacheReplace = BodyOf<typeof cacheReplace>;

/** Compare and set: keep it if nobody has written to the key since its value had this number. */
export const cacheCas = message('cache.cas', { ...written, cas: Type.Integer() });
export type CacheCas = BodyOf<typeof cacheCas>;

/** Gives a value another end. */
export const cacheTouch = message('cache.touch', { key, seconds });
export type CacheTouch = BodyOf<typeof cacheTouch>;

/**
 * Drop it, and with it the right to fill it that anybody may hold. With a version: drop what is older than that write, and
 * take nothing older any more; what is dropped then is kept for a while, for those for whom it will do, unless it is to be gone
 * `forGood`.
 */
export const cacheDelete = message('cache.delete', {
  key,
  ...lineage,
  ring,
  forGood: Type.Optional(Type.Boolean()),
});
export type CacheDelete = BodyOf<typeof cacheDelete>;

/** Counts up or down by a whole number below 2^64, in decimal digits. */
export const cacheCount = message('cache.count', {
  key,
  way: Type.Union([Type.Literal('up'), Type.Literal('down')]),
  by: Type.String(),
});
export type CacheCount = BodyOf<typeof cacheCount>;

/** Drop everything. */
export const cacheFlush = message('cache.flush', {});
export type CacheFlush = BodyOf<typeof cacheFlush>;

/** How it goes; answered with `cache.standing`. */
export const cacheAsk = message('cache.ask', {});
export type CacheAsk = BodyOf<typeof cacheAsk>;

/** Ask for each key in order, and keep a value of one byte under what is missing: a trace, replayed. */
export const cacheReplay = message('cache.replay', { keys: Type.Array(key, { maxItems: 10_000 }) });
export type CacheReplay = BodyOf<typeof cacheReplay>;

export const cacheReplayed = message('cache.replayed', { hits: Type.Integer(), misses: Type.Integer() });
export type CacheReplayed = BodyOf<typeof cacheReplayed>;

/**
 * What is there. `cas` is a number that this server gives to no other write. `loaded`: it was not, the database was asked
 * for it; or `shared`, it was being asked already. `dirty`: the database does not have it yet. `was`: its entity tag, until
 * the database had it.
 */
export const cacheValue = message('cache.value', {
  ...value,
  cas: Type.Integer(),
  loaded: Type.Optional(Type.Union([Type.Literal('asked'), Type.Literal('shared')])),
  dirty: Type.Optional(Type.Boolean()),
  was: Type.Optional(Type.String()),
});
export type CacheValue = BodyOf<typeof cacheValue>;

/**
 * There is nothing. `token`: fill it, you have the lease. `waitMs`: somebody else has it or had it just now, ask again
 * when that long has passed or sooner. `stale`: what was there before it was dropped, for who said that it will do.
 */
export const cacheMissing = message('cache.missing', {
  key,
  token: Type.Optional(Type.Integer()),
  waitMs: Type.Optional(Type.Number()),
  stale: Type.Optional(Type.Object({ value: Type.String(), cas: Type.Integer(), ...lineage })),
});
export type CacheMissing = BodyOf<typeof cacheMissing>;

/** It is kept. */
export const cacheStored = message('cache.stored', { key, cas: Type.Integer() });
export type CacheStored = BodyOf<typeof cacheStored>;

/** What a number is now. */
export const cacheCounted = message('cache.counted', { key, value: Type.String(), cas: Type.Integer() });
export type CacheCounted = BodyOf<typeof cacheCounted>;

export const cacheTouched = message('cache.touched', { key });
export type CacheTouched = BodyOf<typeof cacheTouched>;

/** Nothing that should not be there is under the key now; whether there was something to drop. */
export const cacheDeleted = message('cache.deleted', { key, dropped: Type.Boolean() });
export type CacheDeleted = BodyOf<typeof cacheDeleted>;

/** `kept`: rows that the database does not have yet, and could not be told. */
export const cacheFlushed = message('cache.flushed', { entries: Type.Integer(), kept: Type.Optional(Type.Integer()) });
export type CacheFlushed = BodyOf<typeof cacheFlushed>;

/**
 * It was not done.
 *
 * - `absent`: there is nothing under the key; `present`: there is something
 * - `changed`: somebody has written to it since
 * - `lease`: the right to fill it is over: the key was deleted, or the time is up
 * - `older`: the server holds, or has let go of, something later
 * - `too-large`: it does not fit; what was there before is gone, since it is not the newest any more
 * - `unreachable`: it is not there, and the database did not say it; `busy`: too many wait for that already
 * - `ring`: by the agreed ring that the server knows, the key is not its own
 * - `lapsed`: it is, and the server may not give it out now. A write has dropped what it had and lets nothing older in, so
 *   that it is done if the ring is still the one named here
 * - `dirty`: there is a write that the database does not have yet; only another such write may take its place
 * - `moving`: the key is on its way to this server, or away from it; `closed`: this server takes no such writes now
 * - `not-a-number`: what is there, or what it should be changed by, is no whole number from 0 up to 2^64
 */
export const cacheFailure = message('cache.failure', {
  key,
  reason: Type.String(),
  because: Type.Union([
    Type.Literal('absent'),
    Type.Literal('present'),
    Type.Literal('changed'),
    Type.Literal('lease'),
    Type.Literal('older'),
    Type.Literal('too-large'),
    Type.Literal('unreachable'),
    Type.Literal('busy'),
    Type.Literal('ring'),
    Type.Literal('lapsed'),
    Type.Literal('dirty'),
    Type.Literal('moving'),
    Type.Literal('closed'),
    Type.Literal('not-a-number'),
  ]),
  /** The agreed ring by which it goes. */
  ring,
});
export type CacheFailure = BodyOf<typeof cacheFailure>;

/** What a server counted since its life began, and what it holds. */
export const cacheStanding = message('cache.standing', {
  policy: Type.String(),
  entries: Type.Integer(),
  entriesMax: Type.Integer(),
  /** Of how many other servers the keys have room here as well, within these limits. */
  spare: Type.Integer(),
  bytes: Type.Integer(),
  bytesMax: Type.Integer(),
  hits: Type.Integer(),
  misses: Type.Integer(),
  evictions: Type.Integer(),
  expirations: Type.Integer(),
  /** Values that were given out at or past their end: 0, or the server is broken. */
  staleServed: Type.Integer(),
  /** Rights to fill a key that were given, and answers that told somebody to wait instead. */
  leases: Type.Integer(),
  waits: Type.Integer(),
  /** Values that had been dropped and were given out, as such, to who had said that they will do. */
  markedStale: Type.Integer(),
});
export type CacheStanding = BodyOf<typeof cacheStanding>;

export type CacheRequest =
  | CacheGet
  | CacheSet
  | CacheAdd
  | CacheReplace
  | CacheCas
  | CacheTouch
  | CacheDelete
  | CacheCount
  | CacheFlush
  | CacheAsk
  | CacheReplay;

export type CacheAnswer =
  | CacheValue
  | CacheMissing
  | CacheStored
  | CacheCounted
  | CacheTouched
  | CacheDeleted
  | CacheFlushed
  | CacheFailure
  | CacheStanding
  | CacheReplayed;

export const cacheAnswers = [
  cacheValue,
  cacheMissing,
  cacheStored,
  cacheCounted,
  cacheTouched,
  cacheDeleted,
  cacheFlushed,
  cacheFailure,
  cacheStanding,
  cacheReplayed,
] as const;
