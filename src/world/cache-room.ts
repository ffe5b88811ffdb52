/**
 * Whether those that are left have room for the keys of cache servers that die: from what each holds now and from which part
 * of the keys of a dead one goes to whom.
 */
import type { NodeId } from '../kernel/envelope';
import { CacheRing } from '../protocols/cache-ring';

/** What a server holds of what it may. */
export interface Held {
  readonly node: NodeId;
  readonly entries: number;
  readonly entriesMax: number;
  readonly bytes: number;
  readonly bytesMax: number;
}

export interface Fill {
  readonly node: NodeId;
  readonly filled: number;
}

export interface CacheRoom {
  /** How full each is: 1 has no room for anything more. */
  readonly now: readonly Fill[];
  /** How full they are to be when one after the other dies, each time the one that makes it worst; above 1 something has to go. */
  readonly after: readonly { readonly dead: readonly NodeId[]; readonly fullest: NodeId; readonly filled: number }[];
}

/**
 * @param deaths how many of them die.
 * @example
 * roomAmong(servers, 1)[0]; // { dead: ['cache-1'], fullest: 'cache-3', filled: 0.71 }
 */
export function roomAmong(servers: readonly Held[], deaths: number): CacheRoom['after'] {
  const after: CacheRoom['after'][number][] = [];
  let left = servers;
  let dead: readonly NodeId[] = [];
  while (left.length > 1 && after.length < deaths) {
    const ways = left.map(({ node }) => without(left, node));
    const worst = ways.reduce((one, other) => (fullestOf(other).filled > fullestOf(one).filled ? other : one));
    dead = [...dead, ...left.flatMap(({ node }) => (worst.some((one) => one.node === node) ? [] : [node]))];
    const { node: fullest, filled } = fullestOf(worst);
    after.push({ dead, fullest, filled });
    left = worst;
  }
  return after;
}

/** What the others hold when they have taken over what one had. */
function without(servers: readonly Held[], dead: NodeId): readonly Held[] {
  const before = new CacheRing(servers.map(({ node }) => node));
  const after = before.without(dead);
  const shareOf = (ring: CacheRing, node: NodeId): number => ring.shares[ring.servers.indexOf(node)] ?? 0;
  const gone = servers.find(({ node }) => node === dead);
  if (gone === undefined) return servers;
  return servers.flatMap((one): Held[] => {
    if (one.node === dead) return [];
    const part = (shareOf(after, one.node) - shareOf(before, one.node)) / shareOf(before, dead);
    return [{ ...one, entries: one.entries + gone.entries * part, bytes: one.bytes + gone.bytes * part }];
  });
}

function fullestOf(servers: readonly Held[]): Fill {
  return servers.map(fillOf).reduce((one, other) => (other.filled > one.filled ? other : one));
}

/** By entries or by bytes, whichever is nearer to its limit. */
export function fillOf({ node, entries, entriesMax, bytes, bytesMax }: Held): Fill {
  return { node, filled: Math.max(entries / entriesMax, bytes / bytesMax) };
}
