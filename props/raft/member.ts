/**
 * One server of a trial: a core with the shell that every tier needs (disk, timer, state machine), a clock that may be
 * off, and lives.
 */
import { Raft, type RaftOptions, type Todo } from '../../src/consensus/raft/raft';
import type { Persisted } from '../../src/consensus/raft/recover';
import type { RaftSettings } from '../../src/consensus/raft/settings';
import type { NodeId } from '../../src/kernel/envelope';
import type { Random } from '../../src/kernel/random';
import type { Agenda } from './agenda';
import { RaftDisk } from './raft-disk';
import { TallyMachine } from './tally-machine';

/** Who watches a member, and carries its letters. */
export interface Surroundings {
  readonly agenda: Agenda;
  readonly random: Random;
  readonly settings: RaftSettings;
  readonly led: Pick<RaftOptions, 'succession' | 'observed'>;
  readonly compactEvery: number;
  /** What a turn led to; called once it is carried out. */
  did(member: Member, todo: Todo): void;
}

/** From the end of a pause until timers are looked at. */
const wakingMs = 2;

export class Member {
  readonly disk: RaftDisk;
  raft: Raft | undefined;
  machine = TallyMachine.blank();
  /** Which life this is. */
  life = 0;
  syncMs = 1;
  private pausedUntilMs = 0;
  private syncing = false;
  private wakeAtMs = Number.POSITIVE_INFINITY;

  constructor(
    readonly id: NodeId,
    found: Persisted,
    /** How fast its clock runs: 1 is right. */
    readonly rate: number,
    private readonly around: Surroundings,
  ) {
    this.disk = new RaftDisk(found);
  }

  get localMs(): number {
    return this.around.agenda.nowMs * this.rate;
  }

  start(): void {
    if (this.raft !== undefined) return;
    this.life++;
    this.wakeAtMs = Number.POSITIVE_INFINITY;
    const random = this.around.random.fork(`${this.id} ${this.life}`);
    const { settings, led } = this.around;
    this.raft = new Raft({ id: this.id, random, persisted: this.disk.durable, settings, nowMs: this.localMs, ...led });
    this.turn(() => {});
  }

  crash(): void {
    if (this.raft === undefined) return;
    this.raft = undefined;
    this.syncing = false;
    this.disk.crash(this.around.random);
  }

  get isPaused(): boolean {
    return this.around.agenda.nowMs < this.pausedUntilMs;
  }

  /** Does nothing for a while: what comes is lost, timers and the disk are late. */
  pause(untilMs: number): void {
    this.pausedUntilMs = Math.max(this.pausedUntilMs, untilMs);
  }

  /** Hands something to the core, and does what it says. */
  turn<R>(input: (raft: Raft, localMs: number) => R): R | undefined {
    const { raft } = this;
    if (raft === undefined || this.isPaused) return undefined;
    const result = input(raft, this.localMs);
    const todo = raft.take();
    this.disk.buffer(todo.writes);
    if (todo.install !== undefined) this.machine = TallyMachine.from(todo.install);
    for (const entry of todo.apply) this.machine.apply(entry);
    this.sync(raft, todo.written);
    this.arm(raft);
    this.around.did(this, todo);
    if (this.machine.position - raft.snapshot.index >= this.around.compactEvery) {
      this.turn(() => raft.compact(this.machine.position, this.machine.data));
    }
    return result;
  }

  /** One sync at a time; it carries what was buffered when it began. */
  private sync(raft: Raft, written: number): void {
    if (this.syncing || this.disk.buffered === 0) return;
    this.syncing = true;
    const carried = this.disk.buffered;
    const { agenda, random } = this.around;
    this.plan(raft, agenda.nowMs + this.syncMs * (0.5 + random.next()), () => {
      this.syncing = false;
      this.disk.flush(carried);
      this.turn((_, localMs) => raft.synced(written, localMs));
    });
  }

  private arm(raft: Raft): void {
    // Rounded up, or it would be told the time a hair too early, for ever.
    const atMs = raft.wakeAtMs / this.rate + 0.001;
    if (atMs >= this.wakeAtMs) return;
    this.wakeAtMs = atMs;
    this.plan(raft, atMs, () => {
      if (this.wakeAtMs !== atMs) return;
      this.wakeAtMs = Number.POSITIVE_INFINITY;
      this.turn((_, localMs) => raft.tick(localMs));
    });
  }

  /** Something of this life, after the pause if there is one: who wakes up finds clients first, timers later. */
  private plan(raft: Raft, atMs: number, work: () => void): void {
    this.around.agenda.plan(atMs, () => {
      if (this.raft !== raft) return;
      if (this.isPaused) this.plan(raft, this.pausedUntilMs + wakingMs, work);
      else work();
    });
  }
}
