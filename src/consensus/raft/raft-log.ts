/**
 * The log of one server as it is in memory: the newest snapshot, and the entries that are kept, some of them from below
 * it. Two logs that hold the same index with the same term are equal up to there (log matching, section 5.3).
 */
import type { Entry, TermStart } from '../../protocols/raft';
import type { Membership } from './membership';
import { Memberships } from './memberships';
import type { Place, Snapshot } from './snapshot';
import { TermHistory } from './term-history';

export type { Place, Snapshot } from './snapshot';

/** How much may be taken from the log at once. */
export interface Batch {
  readonly entriesMax: number;
  readonly bytesMax: number;
}

export class RaftLog {
  private entries: Entry[] = [];
  /** The place before `entries[0]`. */
  private base: Place;
  private memberships: Memberships;
  private history: TermHistory;

  constructor(private latest: Snapshot) {
    this.base = { index: latest.index, term: latest.term };
    this.memberships = Memberships.of(latest);
    this.history = new TermHistory(latest.terms);
  }

  get snapshot(): Snapshot {
    return this.latest;
  }

  /** The first entry that can still be read. */
  get firstIndex(): number {
    return this.base.index + 1;
  }

  get lastIndex(): number {
    return this.base.index + this.entries.length;
  }

  get lastTerm(): number {
    return this.entries[this.entries.length - 1]?.term ?? this.base.term;
  }

  /** The newest one in the log, committed or not. */
  get membership(): Membership {
    return this.memberships.newest.membership;
  }

  /** Where it stands in the log. */
  get membershipIndex(): number {
    return this.memberships.newest.index;
  }

  /** ... and of which term it is; of a membership from a snapshot only the snapshot's place is known. */
  get membershipTerm(): number {
    return this.memberships.newest.term;
  }

  /** The one before the newest, as far as the log goes back. */
  get membershipBefore(): Membership | undefined {
    return this.memberships.before?.membership;
  }

  /** `undefined` for what is not there, or not any more. */
  termAt(index: number): number | undefined {
    return index === this.base.index ? this.base.term : this.at(index)?.term;
  }

  at(index: number): Entry | undefined {
    return this.entries[index - this.firstIndex];
  }

  matches(index: number, term: number): boolean {
    return this.termAt(index) === term;
  }

  /**
   * Whether a log that ends there is at least as up to date as this one: the later last term decides, among equal terms
   * the greater index (section 5.4.1). The longest log is not enough: it may be made of entries that were never committed.
   */
  isReachedBy(lastTerm: number, lastIndex: number): boolean {
    return lastTerm === this.lastTerm ? lastIndex >= this.lastIndex : lastTerm > this.lastTerm;
  }

  /** Whether this log and another one that holds an index in a term are the same up to there, even if a snapshot is in between. */
  agrees(index: number, term: number): boolean {
    if (index > this.lastIndex) return false;
    const own = this.history.termAt(index);
    return own === term || own === undefined;
  }

  /** Up to where it is the same as another one, of which it is known where its terms began. */
  agreesWith(terms: readonly TermStart[], lastIndex: number): number {
    return this.history.agreesWith(new TermHistory(terms), Math.min(lastIndex, this.lastIndex));
  }

  /** The greatest index up to a given one whose term is no later than a given one: where two logs may agree at best. */
  lastWithin(index: number, term: number): number {
    return this.history.lastWithin(Math.min(index, this.lastIndex), term);
  }

  /** Where its terms began, also those of which only a snapshot is left. */
  get terms(): TermHistory {
    return this.history;
  }

  /** Everything from an index on that can still be read. */
  from(index: number): readonly Entry[] {
    return this.entries.slice(Math.max(0, index - this.firstIndex));
  }

  /** Entries from an index on, at least one if there is one. */
  slice(from: number, { entriesMax, bytesMax }: Batch): Entry[] {
    const taken: Entry[] = [];
    let bytes = 0;
    for (let index = from; index <= this.lastIndex && taken.length < entriesMax; index++) {
      const entry = this.at(index);
      if (entry === undefined) break;
      bytes += entry.what === 'command' ? entry.command.length : 0;
      if (bytes > bytesMax && taken.length > 0) break;
      taken.push(entry);
    }
    return taken;
  }

  append(entry: Entry): void {
    if (entry.index !== this.lastIndex + 1) {
      throw new Error(`entry ${entry.index} cannot follow entry ${this.lastIndex}`);
    }
    this.entries.push(entry);
    this.history.append(entry);
    if (entry.what === 'members') this.memberships.append(entry.index, entry.term, entry.members);
  }

  /** Drops the entries from an index on; a membership among them falls back to the one before. */
  truncateFrom(index: number): void {
    this.entries.length = Math.max(0, Math.min(this.entries.length, index - this.firstIndex));
    this.history.truncateFrom(Math.max(index, this.firstIndex));
    this.memberships.truncateFrom(index);
  }

  /** The membership as of an index, or the oldest that is known. */
  membershipAt(index: number): Membership {
    return this.memberships.at(index);
  }

  /** The state after an entry that is in the log, as a snapshot; `undefined` if the entry is not there any more. */
  snapshotAt(index: number, data: Uint8Array): Snapshot | undefined {
    const term = this.termAt(index);
    if (term === undefined) return undefined;
    return { index, term, members: this.membershipAt(index).members, terms: this.history.upTo(index), data };
  }

  /** Takes a snapshot of its own entries as the newest; some of the entries below it stay. */
  compact(snapshot: Snapshot, keptEntries: number): void {
    this.latest = snapshot;
    this.discardBefore(Math.min(snapshot.index + 1, Math.max(this.firstIndex, snapshot.index + 1 - keptEntries)));
  }

  /**
   * Takes a snapshot from a leader. What follows it in this log stays if the log holds the snapshot's last entry: it may
   * have been acknowledged (figure 13, step 6). Otherwise the log knows nothing that the snapshot does not.
   *
   * @returns whether the entries after it stayed.
   */
  install(snapshot: Snapshot): boolean {
    const stays = this.matches(snapshot.index, snapshot.term);
    this.latest = snapshot;
    if (stays) {
      this.discardBefore(snapshot.index + 1);
      return true;
    }
    this.entries = [];
    this.base = { index: snapshot.index, term: snapshot.term };
    this.memberships = Memberships.of(snapshot);
    this.history = new TermHistory(snapshot.terms);
    return false;
  }

  private discardBefore(index: number): void {
    const term = this.termAt(index - 1);
    if (term === undefined) throw new Error(`the log has no entry ${index - 1} to begin after`);
    this.entries = this.entries.slice(index - this.firstIndex);
    this.base = { index: index - 1, term };
    this.memberships.discardBefore(index);
  }
}
