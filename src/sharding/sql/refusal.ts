/**
 * Why a statement is not taken, in one line for people: what it is about it, and what to do instead.
 */

/**
 * - `syntax`: SQLite could make no sense of it, or of one of its names
 * - `not-allowed`: not through a router: DDL, PRAGMA and the like
 * - `not-distributable`: it is outside of what can be answered from several shards
 * - `cross-shard`: a write, or a transaction, that would need several shards
 * - `limit`: more rows would have to be moved than are allowed
 */
export type Because = 'syntax' | 'not-allowed' | 'not-distributable' | 'cross-shard' | 'limit';

/** What a planner answers instead of a plan. */
export interface Refused {
  readonly kind: 'refused';
  readonly because: Because;
  readonly reason: string;
}

/** Thrown inside of the planner, never out of it. */
export class NotTaken extends Error {
  override name = 'NotTaken';

  constructor(
    readonly because: Because,
    reason: string,
  ) {
    super(reason);
  }

  toRefused(): Refused {
    return { kind: 'refused', because: this.because, reason: this.message };
  }
}

export function isRefused(what: { readonly kind: string }): what is Refused {
  return what.kind === 'refused';
}
