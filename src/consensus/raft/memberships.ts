/**
 * Who belonged to the group when, as far as a log goes back: what is in force, and what a log falls back on when it is cut.
 */
import type { Members } from '../../protocols/raft';
import { Membership } from './membership';

/** Who belongs to the group from an entry on. */
export interface Known {
  readonly index: number;
  /** The term of that entry; of members that a snapshot told of, only the snapshot's place is known. */
  readonly term: number;
  readonly membership: Membership;
}

export class Memberships {
  private known: readonly Known[];
  /** The newest in the log, committed or not, is in force (thesis 4.1). */
  newest: Known;

  constructor(first: Known) {
    this.known = [first];
    this.newest = first;
  }

  static of({ index, term, members }: { index: number; term: number; members: Members }): Memberships {
    return new Memberships({ index, term, membership: new Membership(members) });
  }

  /** The one before the newest. */
  get before(): Known | undefined {
    return this.known[this.known.length - 2];
  }

  /** What was in force at an index, or the oldest that is known. */
  at(index: number): Membership {
    return this.known.reduce((found, next) => (next.index <= index ? next : found)).membership;
  }

  append(index: number, term: number, members: Members): void {
    this.keep([...this.known, { index, term, membership: new Membership(members) }]);
  }

  /** The oldest stays: it was there before the log. */
  truncateFrom(index: number): void {
    if (this.newest.index >= index) this.keep(this.known.filter((known, place) => place === 0 || known.index < index));
  }

  /** Forgets what was in force before an index, but not what was in force just before. */
  discardBefore(index: number): void {
    const inForce = this.known.filter((known) => known.index < index).length;
    if (inForce > 1) this.keep(this.known.slice(inForce - 1));
  }

  private keep(known: readonly Known[]): void {
    this.known = known;
    this.newest = known[known.length - 1] ?? this.newest;
  }
}
