/**
 * Which of several cache servers has a key. Everybody who asks must come to the same one, so it depends on nothing but the
 * key and the names of the servers.
 */
import { hashRing, type Ring } from '../algorithms/hashing/ring';
import type { NodeId } from '../kernel/envelope';

export class CacheRing {
  private readonly ring: Ring | undefined;

  constructor(readonly servers: readonly NodeId[]) {
    this.ring = servers.length === 0 ? undefined : hashRing(servers);
  }

  /** The share of all keys that each server has, in the order of `servers`. */
  get shares(): readonly number[] {
    return this.ring?.shares ?? [];
  }

  /** Undefined where there is no server at all. */
  serverOf(key: string): NodeId | undefined {
    return this.ring?.names[this.ring.locate(key)];
  }
}
