/**
 * Which of several cache servers has a key. Everybody who asks must come to the same one, so it depends on nothing but the
 * key and the names of the servers.
 */
import { hashRing, type Ring } from '../algorithms/hashing/ring';
import type { NodeId } from '../kernel/envelope';

export class CacheRing {
  private readonly ring: Ring | undefined;
  private readonly smaller = new Map<NodeId, CacheRing>();

  constructor(readonly servers: readonly NodeId[]) {
    this.ring = servers.length === 0 ? undefined : hashRing(servers);
  }

  /** The share of all keys that each server has, in the order of `servers`. */
  get shares(): readonly number[] {
    return this.ring?.shares ?? [];
  }

  /** The same with one server less: its keys go to all the others, and theirs stay where they are. */
  without(server: NodeId): CacheRing {
    const known = this.smaller.get(server) ?? new CacheRing(this.servers.filter((one) => one !== server));
    this.smaller.set(server, known);
    return known;
  }

  /** Whose the key would be if the server that has it were not there. */
  standInFor(key: string): NodeId | undefined {
    const server = this.serverOf(key);
    return server === undefined ? undefined : this.without(server).serverOf(key);
  }

  /** Undefined where there is no server at all. */
  serverOf(key: string): NodeId | undefined {
    return this.ring?.names[this.ring.locate(key)];
  }
}
