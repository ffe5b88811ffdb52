/**
 * At which index each term of a log begins: a few numbers that tell of every entry which one it is, even of those that a
 * snapshot has replaced. There is one leader per term and it never overwrites, so two logs that hold an index in the same
 * term are equal up to there (log matching, section 5.3), and two histories tell exactly how far two logs agree (as leader
 * epochs do in Kafka, KIP-101).
 */
import type { Entry, TermStart } from '../../protocols/raft';

/** What lies further back than so many reigns is not told apart any more: it has long been the same everywhere. */
const termsMax = 1_000;

export class TermHistory {
  private readonly starts: TermStart[];

  constructor(starts: readonly TermStart[]) {
    this.starts = [...starts];
  }

  /** For a snapshot of what is there up to an index. */
  upTo(index: number): readonly TermStart[] {
    return this.starts.filter(({ from }) => from <= index).slice(-termsMax);
  }

  /** The next entry is of this term. */
  append(entry: Entry): void {
    const { index: from, term } = entry;
    if (this.starts[this.starts.length - 1]?.term === term) return;
    const isForced = entry.what === 'start' && entry.isForced === true;
    this.starts.push(isForced ? { term, from, isForced } : { term, from });
  }

  /** The newest term whose leader was forced upon the group; 0 if there is none. */
  get forcedTerm(): number {
    for (let place = this.starts.length - 1; place >= 0; place--) {
      const start = this.starts[place];
      if (start?.isForced === true) return start.term;
    }
    return 0;
  }

  truncateFrom(index: number): void {
    while ((this.starts[this.starts.length - 1]?.from ?? 0) >= index) this.starts.pop();
  }

  /** The term of an entry that is or was in the log; `undefined` for what lies too far back. */
  termAt(index: number): number | undefined {
    return index === 0 ? 0 : this.reignOf(index)?.term;
  }

  /** The greatest index up to a given one whose term is no later than a given one. */
  lastWithin(index: number, term: number): number {
    let candidate = index;
    for (let reign = this.reignOf(candidate); reign !== undefined && reign.term > term; ) {
      candidate = reign.from - 1;
      reign = this.reignOf(candidate);
    }
    return candidate;
  }

  /** Up to where this log agrees with another one; each is known up to an index of its own. */
  agreesWith(other: TermHistory, upTo: number): number {
    let index = upTo;
    for (;;) {
      const mine = this.termAt(index);
      const theirs = other.termAt(index);
      if (mine === undefined || theirs === undefined || mine === theirs) return index;
      // Terms never fall: where this one is later, the whole reign of it is missing there.
      index = (mine > theirs ? this : other).lastWithin(index, Math.min(mine, theirs));
    }
  }

  private reignOf(index: number): TermStart | undefined {
    for (let place = this.starts.length - 1; place >= 0; place--) {
      const start = this.starts[place];
      if (start !== undefined && start.from <= index) return start;
    }
    return undefined;
  }
}
