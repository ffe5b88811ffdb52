/**
 * What the stores of single items (key-value pairs, documents) say alike.
 */
import { type Static, Type } from '../kernel/schema';
import { freshness } from './freshness';

const count = Type.Integer({ minimum: 0 });

/**
 * The version of an item is the log position of the write that made it: another one with every write, and greater than all
 * that the item had before. `expected` is compared with it, and the write done only if they are equal: 0 means that there
 * must be nothing yet.
 */
export const version = count;

/** For requests that write. */
export const writing = {
  expected: Type.Optional(version),
  /** A write that was lost with a former primary: it is done now, unless it was recovered before. */
  recovers: Type.Optional(Type.String()),
  /** The version of the shard map by which a router chose whom to ask. */
  map: Type.Optional(Type.Integer({ minimum: 1 })),
};

/** For requests that read. How fresh, unless said: `newest`. */
export const reading = {
  freshness: Type.Optional(freshness),
  map: Type.Optional(Type.Integer({ minimum: 1 })),
};

/** For requests that list: so many at most, after a key. */
export const listing = {
  after: Type.Optional(Type.String()),
  limit: Type.Integer({ minimum: 1, maximum: 1_000 }),
  /** For a router: where some shards do not answer, what the others have will do; the answer names who is missing. */
  partial: Type.Optional(Type.Boolean()),
};

/** The log position that an answer reflects, and the term of that entry. */
export const reflects = {
  position: count,
  term: Type.Optional(count),
  /** How a router came by it: the shards that it asked, and the items that it had to fetch for it. */
  route: Type.Optional(
    Type.Object({
      shards: Type.Array(Type.String()),
      rowsMoved: count,
      missing: Type.Optional(Type.Array(Type.Object({ shard: Type.String(), reason: Type.String() }))),
    }),
  ),
};

/**
 * Why something was not done, for certain.
 *
 * - `version-conflict`: the item has another version than was expected; `version` is the one that it has, 0 for none
 * - `not-found`: there is nothing that could be changed
 * - `not-primary`: only the primary does this; `primary` names it, where it is known
 * - `stale`: this copy cannot prove that it is as fresh as it was asked to be; it has everything up to `position`
 * - `starting`: the store still reads its log; `disk`: its disk cannot be used
 * - `limit`: the item is too large, or too many answers wait
 * - `old-map`: whoever asks goes by a shard map that is older than what this shard has; its version is in `map`
 * - `wrong-shard`: the item belongs to another shard; `moving`: it is on its way to one, try again
 * - `shard-missing`: not all shards answered
 * - `not-allowed`: it asks for something that makes no sense here
 */
export const because = Type.Union([
  Type.Literal('version-conflict'),
  Type.Literal('not-found'),
  Type.Literal('not-primary'),
  Type.Literal('stale'),
  Type.Literal('starting'),
  Type.Literal('disk'),
  Type.Literal('limit'),
  Type.Literal('old-map'),
  Type.Literal('wrong-shard'),
  Type.Literal('moving'),
  Type.Literal('shard-missing'),
  Type.Literal('not-allowed'),
]);
export type ItemFailureReason = Static<typeof because>;

export const failing = {
  because,
  reason: Type.String(),
  primary: Type.Optional(Type.String()),
  position: Type.Optional(count),
  map: Type.Optional(count),
  version: Type.Optional(version),
};

/** A refusal without the name of the store that it comes from. */
export interface ItemFailure {
  readonly because: ItemFailureReason;
  readonly reason: string;
  readonly primary?: string;
  readonly position?: number;
  readonly map?: number;
  readonly version?: number;
}
