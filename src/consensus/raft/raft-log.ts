/**
 * The log of one server as it is in memory: the newest snapshot, and the entries that are kept, some of them from below
 * it. Two logs that hold the same index with the same term are equal up to there (log matching, section 5.3).
 */
import type { Entry, Members } from '../../protocols/raft';
import { Membership } from './membership';

/** What the state machine was after the entry at `index`; `data` is the state machine's business. */
export interface Snapshot {
  readonly index: number;
  readonly term: number;
  readonly members: Members;
  readonly data: Uint8Array;
}

/** How much may be taken from the log at once. */
export interface Batch {
  readonly entriesMax: number;
  readonly bytesMax: number;
}

/** Who belongs to the group from an entry on. */
interface Known {
  readonly index: number;
  readonly term: number;
  readonly membership: Membership;
}

export class RaftLog {
  private entries: Entry[] = [];
  /** The place before `entries[0]`. */
  private base: { readonly index: number; readonly term: number };
  /** Every membership that the entries may fall back on, oldest first; the last one is in force (thesis 4.1). */
  private memberships: Known[];

  constructor(private latest: Snapshot) {
    this.base = { index: latest.index, term: latest.term };
    this.memberships = [knownBy(latest)];
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
    return this.newestMembership.membership;
  }

  /** Where it stands in the log. */
  get membershipIndex(): number {
    return this.newestMembership.index;
  }

  /** ... and of which term it is; of a membership from a snapshot only the snapshot's place is known. */
  get membershipTerm(): number {
    return this.newestMembership.term;
  }

  /** The one before the newest, as far as the log goes back. */
  get membershipBefore(): Membership | undefined {
    return this.memberships[this.memberships.length - 2]?.membership;
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

  /** The greatest index up to a given one whose term is no later than a given one: where two logs may agree at best. */
  lastWithin(index: number, term: number): number {
    let candidate = Math.min(index, this.lastIndex);
    while (candidate > this.base.index && (this.termAt(candidate) ?? 0) > term) candidate--;
    return candidate;
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
    if (entry.what === 'members') {
      const { index, term } = entry;
      this.memberships.push({ index, term, membership: new Membership(entry.members) });
    }
  }

  /** Drops the entries from an index on; a membership among them falls back to the one before. */
  truncateFrom(index: number): void {
    this.entries.length = Math.max(0, Math.min(this.entries.length, index - this.firstIndex));
    this.memberships = this.memberships.filter((known, place) => place === 0 || known.index < index);
  }

  /** The membership as of an index that is in the log. */
  membersAt(index: number): Members {
    return this.memberships.reduce((found, known) => (known.index <= index ? known : found)).membership.members;
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
    this.memberships = [knownBy(snapshot)];
    return false;
  }

  private get newestMembership(): Known {
    const newest = this.memberships[this.memberships.length - 1];
    if (newest === undefined) throw new Error('a log always has a membership');
    return newest;
  }

  private discardBefore(index: number): void {
    const term = this.termAt(index - 1);
    if (term === undefined) throw new Error(`the log has no entry ${index - 1} to begin after`);
    this.entries = this.entries.slice(index - this.firstIndex);
    this.base = { index: index - 1, term };
    const inForce = this.memberships.filter((known) => known.index < index).length;
    this.memberships = this.memberships.slice(Math.max(0, inForce - 1));
  }
}

function knownBy({ index, term, members }: Snapshot): Known {
  return { index, term, membership: new Membership(members) };
}
