/**
 * What a database tells cache servers of its log, so that none goes on giving out what was changed there, whoever changed it.
 * Each server says up to which place of the log it has heard, and who leads the database goes on from there. A server
 * remembers its place for as long as it remembers what it holds: with a new life both are gone.
 */
import { type BodyOf, message, type Static, Type } from '../kernel/schema';
import { cacheKey } from './cache-key';

/** An entry of a log. Two logs that have an entry of this term at this position are the same up to there. */
export const logPlace = Type.Object({ position: Type.Integer({ minimum: 0 }), term: Type.Integer({ minimum: 0 }) });
export type LogPlace = Readonly<Static<typeof logPlace>>;

export function samePlace(one: LogPlace, other: LogPlace): boolean {
  return one.position === other.position && one.term === other.term;
}

/** Keys of one message. */
export const toldKeysMax = 1_000;

const log = Type.Optional(Type.String({ maxLength: 100 }));
const office = Type.Integer({ minimum: 0 });

/** Answered with `cache.heard`. Who has heard up to `from` has heard up to `upTo` after it. */
export const cacheInvalidate = message('cache.invalidate', {
  /** Of whose log, where there are several; and the version of the map that its shard goes by. */
  log,
  epoch: Type.Optional(Type.Integer({ minimum: 0 })),
  /** The term in which whoever tells leads. Who was told so by a later one does not listen any more. */
  office,
  /** Absent: what was changed before is not known any more, and every row may be old. */
  from: Type.Optional(logPlace),
  upTo: logPlace,
  /** Positions of writes in between, in their order, and under which keys their rows may be cached. */
  changed: Type.Array(Type.Tuple([Type.Integer({ minimum: 0 }), Type.Array(cacheKey)]), { maxItems: toldKeysMax }),
});
export type CacheInvalidate = BodyOf<typeof cacheInvalidate>;

export const cacheHeard = message('cache.heard', {
  log,
  /** The latest office of which this server has heard. */
  office,
  /** Up to where it has heard of everything; absent in a life that was told nothing yet. */
  upTo: Type.Optional(logPlace),
  /** What it has let go of now. */
  dropped: Type.Integer({ minimum: 0 }),
});
export type CacheHeard = BodyOf<typeof cacheHeard>;
