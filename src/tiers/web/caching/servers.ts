/**
 * The cache servers as one web server knows them: which has a key, who is silent, and what those who were silent have not
 * heard of yet. Nobody tells it that a server is dead; a server that answers again is used again only when it has heard of
 * every invalidation that it missed.
 */
import { isExpired } from '../../../kernel/asks';
import type { NodeId } from '../../../kernel/envelope';
import type { CacheDelete } from '../../../protocols/cache';
import type { WebIn, WebTurn } from '../conversation';
import { Homes } from './homes';
import { type CachingConfig, noGutter, others } from './settings';

/** Invalidations that are kept for one server; one more, and it is flushed instead. */
const owedMax = 1_000;
/** So many of them are told at once. */
const toldAtOnce = 50;

/** Where a key is to be found. */
export interface Place {
  readonly server: NodeId;
  readonly isGutter: boolean;
  /** The agreed ring by which it was found, where there is one. */
  readonly ring?: number;
}

class Known {
  isHealthy = true;
  /** Silences in a row. */
  silences = 0;
  /** The latest invalidation of each key that it has not answered. */
  readonly owed = new Map<string, CacheDelete>();
  owesFlush = false;
}

export class CacheServers {
  private readonly known = new Map<NodeId, Known>();
  private readonly homes: Homes;
  private readonly gutters: Homes;
  private isProbing = false;

  constructor(
    private readonly turn: WebTurn,
    private readonly settings: () => CachingConfig,
  ) {
    this.homes = new Homes(() => ({ settleMs: settings().ringSettleMs, copyMs: settings().ttlMs }));
    this.gutters = new Homes(() => ({ settleMs: settings().ringSettleMs, copyMs: settings().gutterTtlMs }));
  }

  /** Who has the key now: its home, or the gutter server that stands in for it, or nobody. */
  placeOf(key: string): Place | undefined {
    const home = this.homesNow.serverOf(key, this.turn.nowMs);
    if (home !== undefined && this.mayRead(home, key)) return { server: home, isGutter: false };
    return this.standInFor(key);
  }

  /** The home of a key, and nobody who stands in for it: undefined while it counts as dead, or the key moves. */
  livingHomeOf(key: string): NodeId | undefined {
    const home = this.homesNow.serverOf(key, this.turn.nowMs);
    return home !== undefined && this.mayRead(home, key) ? home : undefined;
  }

  /** Its home and those that were it before, dead or alive. */
  homesOf(key: string): readonly NodeId[] {
    return this.homesNow.holdersOf(key, this.turn.nowMs);
  }

  /** The gutter server of a key, if that one lives. */
  standInFor(key: string): Place | undefined {
    const { nowMs } = this.turn;
    const server = this.areOthers ? this.homesNow.standInFor(key, nowMs) : this.guttersNow.serverOf(key, nowMs);
    return server !== undefined && this.mayRead(server, key) ? { server, isGutter: true } : undefined;
  }

  /** Who answers may still have what it should have dropped. */
  private mayRead(server: NodeId, key: string): boolean {
    const { isHealthy, owed, owesFlush } = this.of(server);
    return isHealthy && !owesFlush && !owed.has(key);
  }

  /** Everybody who may hold the key, dead or alive. */
  holdersOf(key: string): readonly NodeId[] {
    const { nowMs } = this.turn;
    const homes = this.homesNow.holdersOf(key, nowMs);
    const standIns = this.areOthers ? this.homesNow.standInsOf(key, nowMs) : [];
    return [...homes, ...standIns, ...this.guttersNow.holdersOf(key, nowMs)];
  }

  answered(server: NodeId): void {
    const known = this.of(server);
    if (known.isHealthy) known.silences = 0;
  }

  refused(server: NodeId): void {
    this.answered(server);
  }

  silent(server: NodeId, problem: string): void {
    const known = this.of(server);
    if (!known.isHealthy || ++known.silences < this.settings().cacheFailuresToEject) return;
    known.isHealthy = false;
    this.turn.node.report.act(`eject ${server}`, `${known.silences} silences in a row; the last: ${problem}`);
    this.probeSoon();
  }

  /** Drops a key on a server, now or as soon as it answers again. */
  drop(server: NodeId, order: CacheDelete, then: () => void): void {
    this.turn.ask(server, order, this.settings().cacheMs, (answer) => {
      if (!isExpired(answer) && answer.body.kind === 'cache.deleted') this.answered(server);
      else {
        this.silent(server, isExpired(answer) ? 'no answer' : answer.body.kind);
        this.owe(server, order);
      }
      then();
    });
  }

  isHealthy(server: NodeId): boolean {
    return this.of(server).isHealthy;
  }

  view(): { id: NodeId; healthy: boolean; owed: number }[] {
    const ids = [...this.pool(this.settings().caches), ...this.pool(this.settings().gutter)];
    return ids.map((id) => {
      const { isHealthy, owed } = this.of(id);
      return { id, healthy: isHealthy, owed: owed.size };
    });
  }

  /** Whether the cache servers stand in for each other. */
  private get areOthers(): boolean {
    return this.settings().gutter === others;
  }

  private get homesNow(): Homes {
    return this.homes.know(this.pool(this.settings().caches), this.turn.nowMs);
  }

  private get guttersNow(): Homes {
    return this.gutters.know(this.pool(this.settings().gutter), this.turn.nowMs);
  }

  private pool(name: string): readonly NodeId[] {
    return name === noGutter || name === others ? nobody : (this.turn.node.members.now[name] ?? nobody);
  }

  private of(server: NodeId): Known {
    const known = this.known.get(server) ?? new Known();
    this.known.set(server, known);
    return known;
  }

  private owe(server: NodeId, order: CacheDelete): void {
    const known = this.of(server);
    // By the time that it hears of it, the row was replaced a while ago: nobody is to be shown it any more.
    known.owed.set(order.key, { ...order, forGood: true });
    if (known.owed.size > owedMax) {
      known.owed.clear();
      known.owesFlush = true;
    }
    this.probeSoon();
  }

  private probeSoon(): void {
    if (this.isProbing) return;
    this.isProbing = true;
    this.turn.after(this.settings().cacheProbeMs, () => {
      this.isProbing = false;
      for (const [server, known] of this.known) {
        if (this.homesNow.knows(server) || this.guttersNow.knows(server)) this.probe(server, known);
        else this.known.delete(server);
      }
    });
  }

  /** Tells a server what it missed; when there is nothing left of that, whether it answers at all. */
  private probe(server: NodeId, known: Known): void {
    if (known.isHealthy && known.owed.size === 0 && !known.owesFlush) return;
    const { turn } = this;
    const { cacheMs } = this.settings();
    this.probeSoon();
    const hear = (kind: WebIn['kind'], then: () => void) => (answer: Parameters<Parameters<WebTurn['ask']>[3]>[0]) => {
      if (!isExpired(answer) && answer.body.kind === kind) then();
    };
    if (known.owesFlush) {
      turn.ask(
        server,
        { kind: 'cache.flush' },
        cacheMs,
        hear('cache.flushed', () => {
          known.owesFlush = false;
        }),
      );
    } else if (known.owed.size > 0) {
      for (const order of [...known.owed.values()].slice(0, toldAtOnce)) {
        const told = (): void => {
          if (known.owed.get(order.key) === order) known.owed.delete(order.key);
        };
        turn.ask(server, order, cacheMs, hear('cache.deleted', told));
      }
    } else {
      turn.ask(
        server,
        { kind: 'health.ping' },
        cacheMs,
        hear('health.pong', () => this.readmit(server, known)),
      );
    }
  }

  private readmit(server: NodeId, known: Known): void {
    // Since it was asked it may have missed something else.
    if (known.isHealthy || known.owed.size > 0 || known.owesFlush) return;
    known.isHealthy = true;
    known.silences = 0;
    this.turn.node.report.act(`readmit ${server}`, 'it answers, and has heard of all that was changed meanwhile');
  }
}

const nobody: readonly NodeId[] = [];
