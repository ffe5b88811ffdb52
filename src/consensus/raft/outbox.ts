/**
 * What leaves a server, and when. A server may not say what a crash could make it forget: in a term that is not on disk
 * it says nothing, a vote waits until it is on disk, and an acknowledgement until the entries are (figure 2, "updated on
 * stable storage before responding"). So every write gets a number, and what depends on it is held back until that
 * number is synced. Whoever acts for the server cannot send too early: what comes out may be sent.
 */
import type { NodeId } from '../../kernel/envelope';
import type { Entry, RaftMessage } from '../../protocols/raft';
import type { Snapshot } from './raft-log';

/** One change to what a server keeps on disk. They take effect in order: a crash may lose some of the last ones. */
export type Write =
  | { readonly what: 'state'; readonly term: number; readonly votedFor: NodeId | undefined }
  | { readonly what: 'append'; readonly entry: Entry }
  /**
   * Drops the entries from this index on, since the leader's log goes another way. They are `dropped`, for whoever wants
   * to recover what they did; those of them that only a snapshot held cannot be told any more: they are `unaccounted`.
   */
  | {
      readonly what: 'truncate';
      readonly from: number;
      readonly dropped: readonly Entry[];
      readonly unaccounted?: Range;
    }
  /** Replaces the snapshot. */
  | { readonly what: 'snapshot'; readonly snapshot: Snapshot }
  /** Drops the entries before this index. */
  | { readonly what: 'discard'; readonly before: number };

/** From one index to another, both included. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface Letter {
  readonly to: NodeId;
  readonly body: RaftMessage;
}

/** Letters that wait for the disk; what comes on top is dropped, as a network would. */
const heldMax = 4_096;

const none: readonly never[] = [];

export class Outbox {
  private writes: Write[] = [];
  private letters: Letter[] = [];
  private held: { readonly after: number; readonly letter: Letter }[] = [];
  /** The number of the newest write, of the newest change of the term or vote, and of the newest that is synced. */
  private newest = 0;
  private termWritten = 0;
  private synced = 0;
  /** Where the log ended after writes that are not synced yet. */
  private ends: { readonly write: number; index: number }[] = [];

  /** @param syncedIndex where the log ended that was found on disk. */
  constructor(private syncedIndex: number) {}

  /** The number of the newest write. */
  get written(): number {
    return this.newest;
  }

  /** Up to where the log would survive a crash. */
  get durableIndex(): number {
    return this.syncedIndex;
  }

  /** Whether everything that was written is synced. */
  get isDurable(): boolean {
    return this.synced === this.newest;
  }

  get isTermDurable(): boolean {
    return this.synced >= this.termWritten;
  }

  write(write: Write): void {
    this.writes.push(write);
    this.newest++;
    if (write.what === 'state') this.termWritten = this.newest;
    else if (write.what === 'append') this.ends.push({ write: this.newest, index: write.entry.index });
    else if (write.what === 'truncate') this.cutTo(write.from - 1);
    else if (write.what === 'snapshot') this.ends.push({ write: this.newest, index: write.snapshot.index });
  }

  /** Says what promises nothing: it waits only until the disk knows of the term that it is said in. */
  say(to: NodeId, body: RaftMessage): void {
    this.hold(this.termWritten, { to, body });
  }

  /** Says what promises that everything written so far survives. */
  promise(to: NodeId, body: RaftMessage): void {
    this.hold(this.newest, { to, body });
  }

  /** Takes what is to be written ... */
  takeWrites(): readonly Write[] {
    if (this.writes.length === 0) return none;
    const { writes } = this;
    this.writes = [];
    return writes;
  }

  /** ... and what may be said. */
  takeLetters(): readonly Letter[] {
    if (this.letters.length === 0) return none;
    const { letters } = this;
    this.letters = [];
    return letters;
  }

  /** All writes up to a number are safe. */
  settle(written: number): void {
    if (written <= this.synced) return;
    this.synced = written;
    this.settleEnds(written);
    if (this.held.length === 0) return;
    const waiting = this.held;
    this.held = [];
    for (const { after, letter } of waiting) this.hold(after, letter);
  }

  private settleEnds(written: number): void {
    const { ends } = this;
    let settled = 0;
    for (const { write, index } of ends) {
      if (write > written) break;
      settled++;
      this.syncedIndex = Math.max(this.syncedIndex, index);
    }
    if (settled === ends.length) this.ends = [];
    else if (settled > 0) this.ends = ends.slice(settled);
  }

  private hold(after: number, letter: Letter): void {
    if (after <= this.synced) this.letters.push(letter);
    else if (this.held.length < heldMax) this.held.push({ after, letter });
  }

  /** What was cut off is not durable, whatever is synced later. */
  private cutTo(index: number): void {
    this.syncedIndex = Math.min(this.syncedIndex, index);
    for (const end of this.ends) end.index = Math.min(end.index, index);
  }
}
