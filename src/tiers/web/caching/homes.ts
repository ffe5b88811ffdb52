/**
 * Which server of a pool has a key, while servers come and go and not everybody hears of it at once. For `settleMs` after a
 * change nobody has a key that moved: whoever has not heard yet writes and drops where it was. What was dropped is dropped
 * there as well for as long as a copy may live, so that a key that comes home is not served from its old copy.
 */
import type { NodeId } from '../../../kernel/envelope';
import { CacheRing } from '../../../protocols/cache-ring';

/** Rings of the past that are known; with more changes than that within one life of a copy, the oldest is forgotten. */
const formerMax = 8;

export interface HomesLimits {
  /** By then everybody has heard of a change. */
  readonly settleMs: number;
  /** For so long a copy may be where a key was. */
  readonly copyMs: number;
}

export class Homes {
  private ring = new CacheRing([]);
  private former: { readonly ring: CacheRing; readonly leftMs: number }[] = [];

  constructor(private readonly limits: () => HomesLimits) {}

  /** @param servers as they are known now. */
  know(servers: readonly NodeId[], nowMs: number): this {
    if (servers === this.ring.servers) return this;
    if (this.ring.servers.length > 0 && servers.join() !== this.ring.servers.join()) {
      this.former.push({ ring: this.ring, leftMs: nowMs });
      if (this.former.length > formerMax) this.former.shift();
    }
    this.ring = new CacheRing(servers);
    return this;
  }

  /** Whose key it is; undefined where there is nobody, or the key has just moved. */
  serverOf(key: string, nowMs: number): NodeId | undefined {
    const home = this.ring.serverOf(key);
    const { settleMs } = this.limits();
    const isMoving = this.former.some(({ ring, leftMs }) => nowMs < leftMs + settleMs && ring.serverOf(key) !== home);
    return isMoving ? undefined : home;
  }

  /** Who stands in for whoever has the key, among the others; undefined while it moves. */
  standInFor(key: string, nowMs: number): NodeId | undefined {
    return this.serverOf(key, nowMs) === undefined ? undefined : this.ring.standInFor(key);
  }

  /** Everybody who may have a copy as a stand-in. */
  standInsOf(key: string, nowMs: number): readonly NodeId[] {
    const homes = this.holdersOf(key, nowMs);
    const standIns = [this.ring, ...this.former.map(({ ring }) => ring)].flatMap((ring) => ring.standInFor(key) ?? []);
    return [...new Set(standIns)].filter((one) => !homes.includes(one));
  }

  /** Everybody who may have a copy. */
  holdersOf(key: string, nowMs: number): readonly NodeId[] {
    const home = this.ring.serverOf(key);
    if (home === undefined) return [];
    if (this.former.length === 0) return [home];
    const { settleMs, copyMs } = this.limits();
    this.former = this.former.filter(({ leftMs }) => nowMs < leftMs + Math.max(settleMs, copyMs));
    return [...new Set([home, ...this.former.flatMap(({ ring }) => ring.serverOf(key) ?? [])])];
  }

  /** Whether a server is there, or was a while ago. */
  knows(server: NodeId): boolean {
    return [this.ring, ...this.former.map(({ ring }) => ring)].some(({ servers }) => servers.includes(server));
  }
}
