/**
 * What every tier needs that runs a server of a Raft group: the core's writes reach the disk in their order, one sync at a
 * time, so that what comes while a sync runs shares the next (group commit); its letters reach the others, its timers
 * come, and what is decided reaches a state machine. It decides nothing by itself.
 */
import type { DiskContents, DiskFailure } from '../../kernel/disk';
import type { Body, NodeId } from '../../kernel/envelope';
import type { Cancel, Turn } from '../../kernel/machine';
import type { Entry, Members, RaftMessage } from '../../protocols/raft';
import type { Succession } from '../raft/contract';
import type { MembershipChange } from '../raft/membership';
import type { Letter, Write } from '../raft/outbox';
import { Raft, type Taken, type Todo } from '../raft/raft';
import type { Snapshot } from '../raft/raft-log';
import type { ReadMode } from '../raft/reads';
import { blank, type Persisted } from '../raft/recover';
import type { RaftSettings } from '../raft/settings';
import { DiskLog } from './disk-log';

/** What is fed with what the group decides. */
export interface GroupMachine {
  /** Becomes this; nothing of what it was stays. Without data it knows nothing yet. */
  install(snapshot: Snapshot): void;
  /** Decided, in order, each place once. */
  apply(entry: Entry): void;
  /** The log is about to let go of what the group decided without; buffered before that, it cannot be lost in between. */
  dropped?(write: Extract<Write, { what: 'truncate' }>): void;
  /** All of it, as of the last entry that it applied. */
  serialize(): Uint8Array;
  /** A turn of the core is over: who leads, what is applied, who belongs to the group may have changed. */
  turned(): void;
}

export interface GroupMemberOptions {
  readonly settings: Partial<RaftSettings>;
  /** How it makes sure that it still leads before it tells what is newest. */
  readonly reads: ReadMode;
  /** A snapshot is taken after so many entries, or so many bytes of commands. */
  compaction(): { readonly entries: number; readonly bytes: number };
}

export type NotTaken = Extract<Taken, { readonly ok: false }>;

/** How the group is led: all of its members have to be told the same. */
export interface Leadership {
  readonly succession: Succession;
  /** Whether observers give out terms and leases. */
  readonly observed: boolean;
}

/** A read's answer: what is applied now may be read, or leadership was lost. */
export type ReadThen = (granted: boolean) => void;

/** These wait for an order of their own, and there are many of them; the others may get lost on the way. */
const streamed: ReadonlySet<string> = new Set(['raft.append', 'raft.appended', 'raft.install', 'raft.received']);

/** Timers have microseconds: one that comes a hair too early would come again at once, for ever. */
const hairMs = 0.001;

export class GroupMember {
  /** Undefined until `start`. */
  raft: Raft | undefined;
  private readonly log: DiskLog;
  private isObserved = false;
  private written = 0;
  private synced = 0;
  private syncing = false;
  private syncSinceMs = 0;
  private wakeAtMs = Number.POSITIVE_INFINITY;
  private cancelWake: Cancel = () => undefined;
  private readonly reads = new Map<number, ReadThen>();
  private lastRead = 0;
  private appliedIndex = 0;
  private appliedTerm = 0;
  private bytesSinceSnapshot = 0;

  constructor(
    private readonly turn: Turn<Body, RaftMessage>,
    private readonly machine: GroupMachine,
    private readonly options: GroupMemberOptions,
  ) {
    this.log = new DiskLog(turn.node.disk);
  }

  /** Begins, with what was found on the disk, or with what is safe on it by now. */
  start(persisted: Persisted, { succession, observed }: Leadership, found?: DiskContents): void {
    if (found !== undefined) this.log.find(found);
    const { node, nowMs } = this.turn;
    const random = node.random.fork('raft');
    const { settings } = this.options;
    this.isObserved = observed;
    this.raft = new Raft({ id: node.self, settings, random, persisted, nowMs, succession, observed });
    this.carryOut(this.raft);
  }

  /** Whether it leads, and everything from before its term is applied. */
  get isServing(): boolean {
    const { raft } = this;
    return raft?.roleName === 'leader' && this.appliedTerm === raft.term;
  }

  /** The last entry that the machine has applied, and its term. */
  get position(): number {
    return this.appliedIndex;
  }

  get positionTerm(): number {
    return this.appliedTerm;
  }

  /** Whether what is applied may be read as the newest at once, with nobody asked. */
  get canReadNow(): boolean {
    const { raft, options } = this;
    if (raft === undefined || !this.isServing) return false;
    if (raft.progress.size === 0 && !this.isObserved) return true;
    return options.reads === 'lease' && raft.canReadNow(this.turn.nowMs);
  }

  /** A moment of the own clock at which nothing newer than what is applied had been decided anywhere. */
  get provenAtMs(): number {
    return this.raft?.provenAtMs ?? Number.NEGATIVE_INFINITY;
  }

  /** For how long its disk has owed an answer; 0 when it owes none. */
  get syncingForMs(): number {
    return this.syncing ? this.turn.nowMs - this.syncSinceMs : 0;
  }

  get members(): Members {
    return this.raft?.members ?? nobody;
  }

  receive(from: NodeId, message: RaftMessage): void {
    this.input((raft, nowMs) => raft.receive(from, message, nowMs));
  }

  /**
   * Asks for a command to be agreed on. Where it will stand is told before anything else can happen.
   *
   * @returns why it was not taken.
   */
  propose(command: Uint8Array, taken: (index: number, term: number) => void): NotTaken | undefined {
    const { raft } = this;
    if (raft === undefined) return notRunning;
    const answer = raft.propose(command, this.turn.nowMs);
    if (!answer.ok) return answer;
    taken(answer.index, answer.term);
    this.carryOut(raft);
    return undefined;
  }

  changeMembers(change: MembershipChange): Taken {
    return this.input((raft, nowMs) => raft.changeMembers(change, nowMs)) ?? notRunning;
  }

  /** The observers lent it its office until then, if it is still the one of that term. */
  holdLease(term: number, untilMs: number): void {
    this.input((raft, nowMs) => raft.holdLease(term, untilMs, nowMs));
  }

  transfer(to: NodeId): void {
    this.input((raft, nowMs) => raft.transfer(to, nowMs));
  }

  /** Calls back, perhaps at once, when what is applied may be read as the newest; why not, if it cannot be asked here. */
  read(then: ReadThen): NotTaken | undefined {
    const id = ++this.lastRead;
    this.reads.set(id, then);
    const refusal =
      this.raft === undefined ? notRunning : this.input((raft, nowMs) => raft.read(id, this.options.reads, nowMs));
    if (refusal !== undefined) this.reads.delete(id);
    return refusal;
  }

  private input<R>(give: (raft: Raft, nowMs: number) => R): R | undefined {
    const { raft } = this;
    if (raft === undefined) return undefined;
    const result = give(raft, this.turn.nowMs);
    this.carryOut(raft);
    return result;
  }

  private carryOut(raft: Raft): void {
    this.act(raft.take());
    if (this.isDue(raft)) {
      raft.compact(this.appliedIndex, this.machine.serialize());
      this.bytesSinceSnapshot = 0;
      this.act(raft.take());
    }
    this.sync();
    this.arm(raft);
    this.machine.turned();
  }

  private act({ writes, written, letters, install, apply, reads }: Todo): void {
    for (const write of writes) if (write.what === 'truncate') this.machine.dropped?.(write);
    this.log.perform(writes);
    this.written = written;
    for (const letter of letters) this.post(letter);
    if (install !== undefined) this.install(install);
    for (const entry of apply) this.apply(entry);
    for (const { id, index } of reads) {
      const then = this.reads.get(id);
      this.reads.delete(id);
      then?.(index !== undefined);
    }
  }

  private install(snapshot: Snapshot): void {
    this.appliedIndex = snapshot.index;
    this.appliedTerm = snapshot.term;
    this.bytesSinceSnapshot = 0;
    this.machine.install(snapshot);
  }

  private apply(entry: Entry): void {
    this.appliedIndex = entry.index;
    this.appliedTerm = entry.term;
    if (entry.what === 'command') this.bytesSinceSnapshot += entry.command.length;
    this.machine.apply(entry);
  }

  private post({ to, body }: Letter): void {
    this.turn.say(to, body, { datagram: !streamed.has(body.kind) });
  }

  private isDue(raft: Raft): boolean {
    const { entries, bytes } = this.options.compaction();
    return this.appliedIndex - raft.snapshot.index >= entries || this.bytesSinceSnapshot >= bytes;
  }

  /** Begins behind the messages that are here already: a sync that carried the first of them alone would cost as much. */
  private sync(): void {
    if (this.syncing || this.synced === this.written) return;
    this.syncing = true;
    this.syncSinceMs = this.turn.nowMs;
    this.turn.after(0, () => {
      const carried = this.written;
      this.turn.node.disk.sync((failure) => {
        this.syncing = false;
        if (failure !== undefined) return panic(this.turn, failure);
        this.synced = carried;
        this.input((raft, nowMs) => raft.synced(carried, nowMs));
      });
    });
  }

  private arm(raft: Raft): void {
    const { wakeAtMs } = raft;
    // Whoever leads itself alone has nobody to tell so.
    const isAlone = raft.roleName === 'leader' && raft.progress.size === 0;
    if (isAlone || wakeAtMs >= this.wakeAtMs) return;
    this.cancelWake();
    this.wakeAtMs = wakeAtMs;
    this.cancelWake = this.turn.after(Math.max(0, wakeAtMs - this.turn.nowMs) + hairMs, () => {
      this.wakeAtMs = Number.POSITIVE_INFINITY;
      this.input((core, nowMs) => core.tick(nowMs));
    });
  }
}

const nobody = blank().snapshot.members;
const notRunning: NotTaken = { ok: false, because: 'not-leader', reason: 'this server does not take part yet' };

/**
 * Memory is now ahead of the disk, and nobody knows which of the unsynced writes will be found there. As PostgreSQL does
 * since 2018, this life ends: the next one believes the disk, and those who wait for an answer do not get one.
 */
export function panic(turn: Turn<Body, RaftMessage>, { reason }: DiskFailure): never {
  turn.node.report.log('error', `could not sync: ${reason}; stopping, since memory is ahead of the disk`);
  throw new Error(`could not sync: ${reason}`);
}
