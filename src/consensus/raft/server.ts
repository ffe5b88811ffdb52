/**
 * What a server knows whatever its role is: term, vote, log, how far it is committed, and when it last heard from a
 * leader. All that must survive a crash passes through here on its way to the disk.
 */
import type { NodeId } from '../../kernel/envelope';
import type { Random } from '../../kernel/random';
import type { Entry } from '../../protocols/raft';
import type { Identity, ReadOutcome, Succession, Todo } from './contract';
import { Freshness } from './freshness';
import type { Outbox } from './outbox';
import type { RaftLog, Snapshot } from './raft-log';
import type { Recovered } from './recover';
import type { RaftSettings } from './settings';

const none: readonly never[] = [];

export class Server {
  readonly id: NodeId;
  readonly succession: Succession;
  readonly isObserved: boolean;
  readonly log: RaftLog;
  readonly outbox: Outbox;
  /** Everything up to here is decided for ever. */
  commitIndex: number;
  readonly freshness: Freshness;
  /** A snapshot from the leader that the state machine has yet to become. */
  installing: Snapshot | undefined;
  readOutcomes: ReadOutcome[] = [];
  /**
   * When a leader was last heard. A new life behaves as if it had been just now: it cannot know what its former life
   * promised a leader that counts on a lease.
   */
  heardAtMs: number;
  private currentTerm: number;
  private vote: NodeId | undefined;
  private handedOver: number;

  constructor(
    { id, succession, isObserved }: Identity,
    readonly settings: RaftSettings,
    private readonly random: Random,
    recovered: Recovered,
    public nowMs: number,
  ) {
    this.id = id;
    this.succession = succession;
    this.isObserved = isObserved;
    this.currentTerm = recovered.term;
    this.vote = recovered.votedFor;
    this.log = recovered.log;
    this.outbox = recovered.outbox;
    this.commitIndex = this.log.snapshot.index;
    this.handedOver = this.log.snapshot.index;
    this.installing = this.log.snapshot;
    this.heardAtMs = nowMs;
    this.freshness = new Freshness(nowMs);
  }

  /** Up to where entries were handed over to the state machine. */
  get appliedIndex(): number {
    return this.handedOver;
  }

  get term(): number {
    return this.currentTerm;
  }
  get votedFor(): NodeId | undefined {
    return this.vote;
  }

  /** Whether it has a say in elections. */
  get isVoter(): boolean {
    return this.log.membership.isVoter(this.id);
  }

  /** Goes on to a later term, in which it may already give its vote away. */
  enter(term: number, votedFor?: NodeId): void {
    this.currentTerm = term;
    this.giveVote(votedFor);
  }

  giveVote(to: NodeId | undefined): void {
    this.vote = to;
    this.outbox.write({ what: 'state', term: this.currentTerm, votedFor: to });
  }

  append(entry: Entry): void {
    this.log.append(entry);
    this.outbox.write({ what: 'append', entry });
  }

  /** Makes room for what a leader holds instead. */
  truncateFrom(index: number, forcedTerm: number): void {
    this.giveWay(index, forcedTerm, this.log.snapshot.index + 1);
    const dropped = this.log.from(index);
    this.log.truncateFrom(index);
    this.outbox.write({ what: 'truncate', from: index, dropped });
  }

  commitTo(index: number): void {
    this.commitIndex = Math.max(this.commitIndex, Math.min(index, this.log.lastIndex));
  }

  /** Takes a snapshot of the state after an entry that was handed over. */
  compact(index: number, data: Uint8Array): void {
    const { log } = this;
    if (index > this.handedOver) {
      throw new Error(`${this.id}: entry ${index} is not applied, only those to ${this.handedOver}`);
    }
    const snapshot = log.snapshotAt(index, data);
    if (snapshot === undefined || index <= log.snapshot.index) return;
    log.compact(snapshot, this.settings.keptEntries);
    this.outbox.write({ what: 'snapshot', snapshot });
    this.outbox.write({ what: 'discard', before: this.log.firstIndex });
  }

  /**
   * Takes the leader's snapshot instead of what it has. If that is older than where the logs part, what lies between is held
   * again only once it is shipped again; until then, of what was committed with more copies earlier there is one fewer.
   * @param agreed up to where the own log is the leader's.
   */
  install(snapshot: Snapshot, agreed: number, forcedTerm: number): void {
    const { log, outbox } = this;
    // What is not the leader's goes first, and only that: a crash in between must find no mixture of both logs, and must not
    // lose entries that were acknowledged.
    if (agreed < log.lastIndex) {
      const parts = agreed + 1;
      this.giveWay(parts, forcedTerm, 1);
      // Entries that would not follow the snapshot would be a log with a gap; the own snapshot, until then, holds them too.
      const from = snapshot.index + 1 < log.firstIndex ? Math.min(parts, log.firstIndex) : parts;
      const write = { what: 'truncate', from, dropped: log.from(parts) } as const;
      const to = log.firstIndex - 1;
      outbox.write(parts > to ? write : { ...write, unaccounted: { from: parts, to } });
      log.truncateFrom(from);
    }
    const stays = log.install(snapshot);
    outbox.write({ what: 'snapshot', snapshot });
    if (!stays) outbox.write({ what: 'truncate', from: snapshot.index + 1, dropped: [] });
    outbox.write({ what: 'discard', before: snapshot.index + 1 });
    this.commitIndex = snapshot.index;
    this.handedOver = snapshot.index;
    this.installing = snapshot;
  }

  /**
   * Whether committed entries from an index on may turn out not to be the leader's: they were on one disk only, and somebody
   * was appointed without asking that one; or somebody was forced upon the group later. Anything else that is committed is
   * committed for ever.
   */
  mayLose(index: number, forcedTerm: number): boolean {
    if (this.succession === 'elected') return false;
    return this.log.membershipAt(index - 1).copies === 1 || (this.log.terms.termAt(index) ?? 0) < forcedTerm;
  }

  /**
   * Entries from an index on are not the leader's: what was made of them is taken back, to the own snapshot and on from it.
   * @param least the first index for which this can be.
   */
  private giveWay(index: number, forcedTerm: number, least: number): void {
    if (index > this.commitIndex) return;
    if (index < least || !this.mayLose(index, forcedTerm)) {
      throw new Error(`${this.id}: entry ${index} is committed, and a leader of term ${this.term} holds another`);
    }
    this.commitIndex = index - 1;
    this.freshness.forget();
    if (index > this.handedOver) return;
    this.handedOver = this.log.snapshot.index;
    this.installing = this.log.snapshot;
  }

  /** What is to be done now. Most turns lead to little: what there is none of costs nothing. */
  take(): Todo {
    const { installing: install, readOutcomes: reads, outbox } = this;
    this.installing = undefined;
    if (reads.length > 0) this.readOutcomes = [];
    const { written } = outbox;
    const writes = outbox.takeWrites();
    const letters = outbox.takeLetters();
    return { writes, written, letters, install, apply: this.takeCommitted(), reads: reads.length > 0 ? reads : none };
  }

  /** Takes what has been committed since it was last asked. */
  private takeCommitted(): readonly Entry[] {
    const entriesMax = this.commitIndex - this.handedOver;
    if (entriesMax === 0) return none;
    const entries = this.log.slice(this.handedOver + 1, { entriesMax, bytesMax: Number.POSITIVE_INFINITY });
    this.handedOver = this.commitIndex;
    return entries;
  }

  /**
   * Between one and two election timeouts from now: chance is what keeps candidates apart (section 5.2). Who is appointed
   * never stands for election.
   */
  drawElectionMs(): number {
    if (this.succession === 'appointed') return Number.POSITIVE_INFINITY;
    const { electionTimeoutMs } = this.settings;
    return this.nowMs + electionTimeoutMs * (1 + this.random.next());
  }
}
