/**
 * One cache server in a small simulated world of its own, for trying traces: the same tier as everywhere, and nothing of
 * the site that somebody drives meanwhile is touched.
 */
import type { PolicyName } from '../algorithms/cache/policies';
import type { Body } from '../kernel/envelope';
import { type CacheReplay, cacheReplayed } from '../protocols/cache';
import { box, node } from '../stages/stage';
import { catalogue } from './product';
import { SimulatedWorld } from './simulated-world';

const server = 'cache-1';
const budgetMs = 60_000;

export interface TraceCount {
  readonly requests: number;
  readonly hits: number;
  readonly misses: number;
}

/**
 * @example
 * const cache = new TraceCache('lru', 500);
 * cache.ask(['a', 'b', 'a']);
 * cache.count; // { requests: 3, hits: 1, misses: 2 }
 */
export class TraceCache {
  private readonly world: TraceWorld;
  private hits = 0;
  private misses = 0;

  /** @param capacity in entries, whatever their size. */
  constructor(policy: PolicyName, capacity: number) {
    const config = { policy, entriesMax: capacity, bytesMax: Number.MAX_SAFE_INTEGER };
    this.world = new TraceWorld(
      'trace',
      { boxes: [box('box-cache-1', '10.0.0.30')], nodes: [node(server, 'cache', 'box-cache-1', config)] },
      { catalogue, hashed: false, detail: 'acts', keepMax: 0 },
    );
  }

  /** Asks for each key in order; what was missing is kept from then on. */
  ask(keys: readonly string[]): void {
    const { hits, misses } = this.world.replayKeys({ kind: 'cache.replay', keys: [...keys] });
    this.hits += hits;
    this.misses += misses;
  }

  get count(): TraceCount {
    return { requests: this.hits + this.misses, hits: this.hits, misses: this.misses };
  }

  close(): void {
    this.world.close();
  }
}

/** Logs nothing: a log of all batches would hold the whole trace in memory. */
class TraceWorld extends SimulatedWorld {
  replayKeys(body: CacheReplay): Pick<TraceCount, 'hits' | 'misses'> {
    return this.tell<CacheReplay, Pick<TraceCount, 'hits' | 'misses'>>(
      server,
      body,
      budgetMs,
      (answer: Body, settle) =>
        cacheReplayed.accepts(answer) ? settle.done(answer) : settle.refused(`unexpected answer ${answer.kind}`),
    );
  }

  protected override log(): void {}
}
