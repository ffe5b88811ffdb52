/**
 * The cache servers as a web server knows them under the agreed ring: which has a key now, and who is to be left out
 * because it does not answer. There is no gutter: the keys of whoever is left out have new homes.
 */
import { RingKeeper } from '../../../consensus/agreed-ring/ring-keeper';
import type { Copies } from '../../../consensus/asking/copies';
import type { NodeId } from '../../../kernel/envelope';
import { type AgreedRing, renewMs } from '../../../protocols/agreed-ring';
import type { CacheFailure } from '../../../protocols/cache';
import type { WebIn, WebOut, WebTurn } from '../conversation';
import type { Place } from './servers';
import type { CachingConfig } from './settings';

export class RingHomes {
  readonly keeper: RingKeeper<WebIn, WebOut>;
  private readonly silences = new Map<NodeId, number>();
  /** Who waits for another ring. */
  private readonly waiting = new Set<() => void>();
  private epoch: number | undefined;

  constructor(
    private readonly turn: WebTurn,
    private readonly settings: () => CachingConfig,
    databases: Copies,
  ) {
    this.keeper = new RingKeeper(turn, databases, { isFollowed: () => false, told: (ring) => this.note(ring) });
  }

  get ring(): AgreedRing | undefined {
    return this.keeper.now;
  }

  /** Who may give the key out, as far as it is known here: that one knows better. */
  placeOf(key: string): Place | undefined {
    const { ring } = this;
    if (ring === undefined) {
      this.keeper.glance();
      return undefined;
    }
    const server = ring.serverOf(key);
    return server === undefined ? undefined : { server, isGutter: false, ring: ring.epoch };
  }

  standInFor(): undefined {
    return undefined;
  }

  answered(server: NodeId): void {
    this.silences.delete(server);
    this.keeper.unwant(server);
  }

  /** After enough silences in a row a server is left out of the next ring. */
  silent(server: NodeId, problem: string): void {
    const before = this.silences.get(server) ?? 0;
    this.silences.set(server, before + 1);
    if (before + 1 >= this.settings().cacheFailuresToEject) this.fence(server, problem);
  }

  /** Leaves a server out of the next ring. */
  fence(server: NodeId, problem: string): void {
    if (this.ring?.keeps(server) !== true) return;
    if (!this.keeper.want(server, 'out')) return;
    this.turn.node.report.act(`fence ${server}`, `it does not answer: ${problem}; its keys will have other homes`);
  }

  /** It lives, and may not give the key out: there is something about the ring that this one or that one has not heard of. */
  refused(server: NodeId, { because }: CacheFailure): void {
    this.answered(server);
    if (because === 'ring' || because === 'lapsed') this.keeper.glance();
  }

  /** Calls back when the ring is another one, or after a while. */
  whenChanged(waitMs: number, then: () => void): void {
    const cancel = this.turn.after(Math.min(waitMs, renewMs), () => {
      this.waiting.delete(go);
      then();
    });
    const go = (): void => {
      cancel();
      then();
    };
    this.waiting.add(go);
  }

  private note({ epoch, servers }: AgreedRing): void {
    const before = this.epoch;
    this.epoch = epoch;
    if (before === epoch) return;
    this.silences.clear();
    const waited = [...this.waiting];
    this.waiting.clear();
    if (before !== undefined) {
      this.turn.node.report.act(
        `go by ring ${epoch}`,
        `agreed on ${servers.map(({ id }) => id).join(', ') || 'nobody'}`,
      );
    }
    for (const go of waited) go();
  }
}
