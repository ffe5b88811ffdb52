/**
 * One node's part in keeping the agreed ring: reads it, writes down who is to come in or to leave, and completes what it
 * has seen written down for long enough. A web server does this when it has reason to, a cache server all the time.
 */
import { isExpired } from '../../kernel/asks';
import type { Body, NodeId } from '../../kernel/envelope';
import type { Cancel, Turn } from '../../kernel/machine';
import {
  type AgreedRing,
  complete,
  completesAfterMs,
  propose,
  readRing,
  renewMs,
  ringOf,
} from '../../protocols/agreed-ring';
import { type SqlExecute, type SqlTransaction, sqlResult } from '../../protocols/sql';
import type { AgreedRingStanding } from '../../protocols/strategy';
import type { Copies } from '../asking/copies';
import { Inquiry } from '../asking/inquiry';
import { storeManner } from '../asking/store-manner';

/** For one question; a lost one must leave time for another before a lease is over. */
const patienceMs = 400;
/** Whoever wants a fresh look at the ring, beyond these, is told at once that there is none. */
const waitersMax = 10_000;

/** The ring, or nothing where nobody could be asked. */
export type Learned = (ring: AgreedRing | undefined) => void;

export interface KeeperOptions {
  /** Whether it is to be read again and again, also while nothing changes. */
  isFollowed(): boolean;
  /** The ring was read; `sentMs`: when it was asked for, by the clock of this node. */
  told(ring: AgreedRing, sentMs: number): void;
}

export class RingKeeper<In extends Body, Out extends Body> {
  private ring: AgreedRing | undefined;
  private sentMs = Number.NEGATIVE_INFINITY;
  /** When this node first heard of the change that is under way. */
  private nextSeenMs = 0;
  private isAsking = false;
  private waiting: Learned[] = [];
  /** Who is to be in, or out. */
  private readonly wanted = new Map<NodeId, 'in' | 'out'>();
  private timer: Cancel | undefined;
  /** Questions to the database: looks at the ring, and changes of it. */
  readonly counts = { looks: 0, changes: 0 };

  constructor(
    private readonly turn: Turn<In, Out | SqlExecute | SqlTransaction>,
    private readonly databases: Copies,
    private readonly options: KeeperOptions,
  ) {}

  /** As it was last read. */
  get now(): AgreedRing | undefined {
    return this.ring;
  }

  /** As it was last read, for people. */
  standing(): AgreedRingStanding | undefined {
    const { ring } = this;
    if (ring === undefined) return undefined;
    const { epoch, next } = ring;
    const servers = [...ring.servers];
    if (next === undefined) return { epoch, servers };
    const forMs = this.turn.nowMs - this.nextSeenMs;
    return {
      epoch,
      servers,
      next: { epoch: next.epoch, servers: [...next.servers], forMs, leftMs: Math.max(0, this.leftMs()) },
    };
  }

  /** Reads the ring. What is told was asked for after this call, not before. */
  learn(then: Learned = () => undefined): void {
    if (this.waiting.length >= waitersMax) return then(undefined);
    this.waiting.push(then);
    this.work();
  }

  /** The same, where it was not asked for just now. */
  glance(): void {
    if (this.turn.nowMs - this.sentMs >= renewMs) this.learn();
  }

  /** Wants somebody in or out until the row says so, or the wish is taken back. Whether that is new. */
  want(id: NodeId, where: 'in' | 'out'): boolean {
    if (this.wanted.get(id) === where) return false;
    this.wanted.set(id, where);
    this.work();
    return true;
  }

  unwant(id: NodeId): void {
    this.wanted.delete(id);
  }

  /** Does what is to be done now, one thing at a time, and sees to it that the rest is done in time. */
  private work(): void {
    if (this.isAsking || this.databases.isEmpty) return this.workSoon();
    const { ring } = this;
    if (ring === undefined || this.waiting.length > 0) return this.look();
    const ids = this.wantedOf(ring);
    if (ids !== undefined) return this.change(propose(ring, ids));
    if (ring.next !== undefined && this.leftMs() <= 0) return this.change(complete(ring));
    this.workSoon();
  }

  private workSoon(): void {
    const { turn, ring } = this;
    if (this.timer !== undefined || this.isAsking) return;
    const isBusy = ring?.next !== undefined || this.wanted.size > 0 || this.waiting.length > 0;
    if (!isBusy && !this.options.isFollowed()) return;
    const delayMs = ring?.next === undefined ? renewMs : Math.min(renewMs, Math.max(1, this.leftMs()));
    this.timer = turn.after(delayMs, () => {
      this.timer = undefined;
      if (this.databases.isEmpty) this.settle(undefined);
      else if (this.ring?.next !== undefined && this.leftMs() <= 0) this.work();
      else this.look();
    });
  }

  /** Of the wait that the change under way needs. */
  private leftMs(): number {
    return this.nextSeenMs + completesAfterMs - this.turn.nowMs;
  }

  /** Who is to be in by the next ring; undefined where that is so already. Who comes does not hold up who must leave. */
  private wantedOf(ring: AgreedRing): readonly NodeId[] | undefined {
    const ids = new Set((ring.next ?? ring).servers.map(({ id }) => id));
    let changes = false;
    for (const [id, where] of this.wanted) {
      if (ids.has(id) === (where === 'in') || (where === 'in' && ring.isFencing)) continue;
      if (where === 'in') ids.add(id);
      else ids.delete(id);
      changes = true;
    }
    return changes ? [...ids] : undefined;
  }

  private look(): void {
    if (this.isAsking) return;
    const heard = this.waiting;
    this.waiting = [];
    this.counts.looks++;
    this.ask(readRing, false, (ring) => {
      for (const then of heard) then(ring);
    });
  }

  private change(transaction: SqlTransaction): void {
    this.counts.changes++;
    this.ask(transaction, true, () => undefined);
  }

  private ask(question: SqlExecute | SqlTransaction, isWrite: boolean, then: Learned): void {
    const { turn } = this;
    const sentMs = turn.nowMs;
    this.isAsking = true;
    this.timer?.();
    this.timer = undefined;
    const manner = storeManner(isWrite, 'newest');
    new Inquiry<In, Out | SqlExecute | SqlTransaction>(turn, this.databases, question, manner, patienceMs).begin(
      (answer) => {
        this.isAsking = false;
        const ring = isExpired(answer) || !sqlResult.accepts(answer.body) ? undefined : ringOf(answer.body);
        if (ring !== undefined) this.take(ring, sentMs);
        then(ring);
        // Where somebody else's change came first, that is seen now; what failed is not asked again at once.
        if (ring === undefined) this.workSoon();
        else this.work();
      },
    );
  }

  private take(ring: AgreedRing, sentMs: number): void {
    const { turn } = this;
    if (ring.next !== undefined && ring.next.epoch !== this.ring?.next?.epoch) this.nextSeenMs = turn.nowMs;
    for (const [id, where] of this.wanted) {
      const isThere = ring.keeps(id);
      if (isThere === (where === 'in')) this.wanted.delete(id);
    }
    this.ring = ring;
    this.sentMs = sentMs;
    this.options.told(ring, sentMs);
  }

  private settle(ring: AgreedRing | undefined): void {
    const heard = this.waiting;
    this.waiting = [];
    for (const then of heard) then(ring);
    this.workSoon();
  }
}
