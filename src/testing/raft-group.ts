/**
 * A Raft group in lock step, for examples: every letter is delivered in order, every write is synced at once unless a test
 * holds it back, and time passes only when a test says so.
 */
import type { Letter, Write } from '../consensus/raft/outbox';
import { Raft, type RaftOptions, type Todo } from '../consensus/raft/raft';
import { blank, type Persisted } from '../consensus/raft/recover';
import type { RaftSettings } from '../consensus/raft/settings';
import type { NodeId } from '../kernel/envelope';
import { seeded } from '../kernel/random';
import type { Entry } from '../protocols/raft';

/** A letter and who wrote it. */
export interface Posted extends Letter {
  readonly from: NodeId;
}

export class RaftGroup {
  readonly servers = new Map<NodeId, Raft>();
  readonly applied = new Map<NodeId, Entry[]>();
  readonly reads: { readonly at: NodeId; readonly id: number; readonly index: number | undefined }[] = [];
  readonly posted: Posted[] = [];
  readonly written: { readonly at: NodeId; readonly write: Write }[] = [];
  /** What was said to somebody who is no server of the group. */
  readonly delivered: Posted[] = [];
  /** Those whose disk does not sync. */
  readonly stuck = new Set<NodeId>();
  /** Those that nobody reaches. */
  readonly cutOff = new Set<NodeId>();
  nowMs = 0;

  constructor(
    private readonly settings: Partial<RaftSettings> = {},
    private readonly led: Pick<RaftOptions, 'succession' | 'observed'> = {},
  ) {}

  /** Three servers that have just started. */
  static of(voters: readonly NodeId[], settings?: Partial<RaftSettings>): RaftGroup {
    const group = new RaftGroup(settings);
    for (const id of voters) group.add(id, blank({ voters: [...voters], learners: [] }));
    return group;
  }

  add(id: NodeId, persisted: Persisted): Raft {
    const random = seeded(id);
    const raft = new Raft({ id, random, persisted, settings: this.settings, nowMs: this.nowMs, ...this.led });
    this.servers.set(id, raft);
    this.applied.set(id, []);
    this.work(id);
    return raft;
  }

  get(id: NodeId): Raft {
    const raft = this.servers.get(id);
    if (raft === undefined) throw new Error(`there is no ${id}`);
    return raft;
  }

  /** Makes one stand for election, and delivers what comes of it. */
  elect(id: NodeId): Raft {
    const raft = this.get(id);
    this.nowMs = Math.max(this.nowMs + 1_000, raft.wakeAtMs);
    raft.tick(this.nowMs);
    this.work(id);
    this.deliver();
    return raft;
  }

  /** An observer, `o`, has a term promised by some, and appoints one of them. */
  appoint(id: NodeId, term: number, promisedBy: readonly NodeId[] = [id]): Raft {
    for (const to of promisedBy) this.post({ from: 'o', to, body: { kind: 'raft.promise', term } });
    this.post({ from: 'o', to: id, body: { kind: 'raft.appoint', term } });
    return this.get(id);
  }

  /** A letter from somewhere, and what comes of it. */
  post(letter: Posted): void {
    this.posted.push(letter);
    this.deliver();
  }

  /** Time passes for one of them. */
  tick(id: NodeId, ms: number): void {
    this.nowMs += ms;
    this.get(id).tick(this.nowMs);
    this.work(id);
  }

  propose(id: NodeId, text: string): ReturnType<Raft['propose']> {
    const taken = this.get(id).propose(Buffer.from(text), this.nowMs);
    this.work(id);
    return taken;
  }

  /** Does what a server says is to be done. */
  work(id: NodeId): Todo {
    const raft = this.get(id);
    const todo = raft.take();
    const { install } = todo;
    const kept = this.applied.get(id)?.filter(({ index }) => install === undefined || index <= install.index) ?? [];
    this.applied.set(id, [...kept, ...todo.apply]);
    this.written.push(...todo.writes.map((write) => ({ at: id, write })));
    for (const read of todo.reads) this.reads.push({ at: id, ...read });
    for (const letter of todo.letters) this.posted.push({ from: id, ...letter });
    if (todo.writes.length > 0 && !this.stuck.has(id)) {
      raft.synced(todo.written, this.nowMs);
      this.work(id);
    }
    return todo;
  }

  /** Delivers letters until there are none; those to or from who is cut off are lost. */
  deliver(): void {
    for (let next = this.posted.shift(); next !== undefined; next = this.posted.shift()) {
      if (this.cutOff.has(next.from) || this.cutOff.has(next.to)) continue;
      if (!this.servers.has(next.to)) this.delivered.push(next);
      this.servers.get(next.to)?.receive(next.from, next.body, this.nowMs);
      if (this.servers.has(next.to)) this.work(next.to);
    }
  }

  /** The commands that one has applied. */
  commands(id: NodeId): string[] {
    const entries = this.applied.get(id) ?? [];
    return entries.flatMap((entry) => (entry.what === 'command' ? [Buffer.from(entry.command).toString()] : []));
  }
}
