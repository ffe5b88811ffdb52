/**
 * One row of a write under the agreed ring, from the database's answer until it may be acknowledged: until a server that
 * gives the row out has heard of it. Whoever is silent is left out of the ring first; then the row's new home is told. It
 * counts when the home has done what it was asked; or when it has let its copy go, and the ring, read after that, is still
 * the one under which the row is its own; or when there was no server in the ring, read after the write was done.
 */
import { isExpired } from '../../../kernel/asks';
import type { NodeId } from '../../../kernel/envelope';
import type { AgreedRing } from '../../../protocols/agreed-ring';
import type { CacheDelete, CacheSet } from '../../../protocols/cache';
import type { WebTurn } from '../conversation';
import type { RingHomes } from './ring-homes';
import type { Heard } from './strategy';

/** So many silences in a row, and whoever waits for a write does so for another ring. */
const silencesMax = 2;
/** Between two questions to one that cannot say yet. */
const pauseMs = 20;

export interface StoringOptions {
  readonly cacheMs: number;
  readonly untilMs: number;
  /** Called once: it may be acknowledged, or why not in the time that there was. */
  over(problem?: string): void;
  /** It has to wait for another ring; called once or never. */
  held(): void;
}

export class Storing {
  private readonly silences = new Map<NodeId, number>();
  private wasHeld = false;

  constructor(
    private readonly turn: WebTurn,
    private readonly homes: RingHomes,
    private readonly order: CacheSet | CacheDelete,
    private readonly options: StoringOptions,
  ) {}

  begin(): void {
    const { ring } = this.homes;
    if (ring === undefined) this.relearn();
    else this.tell(ring, false);
  }

  /** @param isFresh the ring was read after the write was done. */
  private tell(ring: AgreedRing, isFresh: boolean): void {
    if (this.leftMs <= 0) return this.giveUp(ring);
    const home = ring.homes.serverOf(this.order.key);
    if (home === undefined) return isFresh ? this.options.over() : this.relearn();
    if (!ring.keeps(home) || (this.silences.get(home) ?? 0) >= silencesMax) return this.hold(home);
    const budgetMs = Math.min(this.options.cacheMs, this.leftMs);
    this.turn.ask(home, { ...this.order, ring: ring.epoch }, budgetMs, (answer) => this.hear(home, answer));
  }

  private hear(home: NodeId, answer: Heard): void {
    const { homes, options } = this;
    const body = isExpired(answer) ? undefined : answer.body;
    switch (body?.kind) {
      case 'cache.stored':
      case 'cache.deleted':
        homes.answered(home);
        return options.over();
      case 'cache.failure':
        homes.refused(home, body);
        if (body.because === 'lapsed') return this.relearn(body.ring);
        if (body.because !== 'ring') return options.over();
        this.turn.after(Math.min(pauseMs, Math.max(0, this.leftMs)), () => this.relearn());
        return;
      default: {
        const problem = isExpired(answer) ? 'no answer' : answer.body.kind;
        homes.silent(home, problem);
        const silences = (this.silences.get(home) ?? 0) + 1;
        this.silences.set(home, silences);
        if (silences >= silencesMax) homes.fence(home, problem);
        // Somebody else may have found that out before.
        this.relearn();
      }
    }
  }

  /** @param heardUnder the ring under which the row's home has let its copy go. */
  private relearn(heardUnder?: number): void {
    this.homes.keeper.learn((ring) => {
      if (ring === undefined) {
        if (this.leftMs <= 0) return this.options.over('the database did not say who has the row in the cache');
        this.turn.after(Math.min(pauseMs, this.leftMs), () => this.relearn(heardUnder));
      } else if (ring.epoch === heardUnder) this.options.over();
      else this.tell(ring, true);
    });
  }

  /** Until there is another ring, or for a while: then the server is asked again, should it live after all. */
  private hold(home: NodeId): void {
    if (!this.wasHeld) this.options.held();
    this.wasHeld = true;
    this.homes.fence(home, 'no answer');
    this.homes.whenChanged(Math.max(1, this.leftMs), () => {
      this.silences.set(home, silencesMax - 1);
      this.begin();
    });
  }

  private giveUp({ homes }: AgreedRing): void {
    this.options.over(`${homes.serverOf(this.order.key)}, which may give out what was there before, did not answer`);
  }

  private get leftMs(): number {
    return this.options.untilMs - this.turn.nowMs;
  }
}
