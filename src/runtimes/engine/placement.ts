/**
 * Which host carries which box. A box stays where it was put; a new one goes away from its peers, so that no single
 * host takes a whole pool with it.
 */
import { TopologyError } from '../../kernel/check-topology';
import { poolOf, type Topology } from '../../kernel/topology';

/** The host of the outside world and the provider: no accident inside the site takes its users or its cloud away. */
export const outsideHost = 0;

export class Placement {
  private places: ReadonlyMap<string, number> = new Map();

  /** @param hosts how many hosts carry the site; they have the numbers from 1. */
  constructor(private readonly hosts: number) {}

  hostOf(box: string): number | undefined {
    return this.places.get(box);
  }

  on(host: number): string[] {
    return [...this.places].flatMap(([box, its]) => (its === host ? [box] : []));
  }

  asRecord(): Record<string, number> {
    return Object.fromEntries(this.places);
  }

  /** Throws a `TopologyError` when a box names a host that is not there. */
  check(topology: Topology): void {
    for (const { id, zone, host } of topology.boxes) {
      if (zone === 'site' && host !== undefined && !(Number.isInteger(host) && host >= 1 && host <= this.hosts)) {
        throw new TopologyError(`box ${id}: there is no host ${host} (hosts: 1 to ${this.hosts})`);
      }
    }
  }

  /** Finds a place for every box that has none; forgets those that are gone. */
  settle(topology: Topology): void {
    const pools = poolsByBox(topology);
    const load = new Load(this.hosts);
    const next = new Map<string, number>();
    for (const box of topology.boxes) {
      const host = box.zone === 'site' ? (box.host ?? this.places.get(box.id)) : outsideHost;
      if (host === undefined) continue;
      next.set(box.id, host);
      load.add(host, pools.get(box.id) ?? []);
    }
    for (const { id } of topology.boxes) {
      if (next.has(id)) continue;
      const host = load.lightest(pools.get(id) ?? []);
      next.set(id, host);
      load.add(host, pools.get(id) ?? []);
    }
    this.places = next;
  }
}

/** Whose nodes run on each box; a pool with two of them there stands twice. */
function poolsByBox({ nodes }: Topology): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const node of nodes) {
    const pool = poolOf(node);
    const there = found.get(node.box);
    if (there === undefined) found.set(node.box, [pool]);
    else there.push(pool);
  }
  return found;
}

/** How many boxes each host carries, and how many nodes of each pool. */
class Load {
  private readonly boxes: number[];
  private readonly pools: Map<string, number>[];

  constructor(private readonly hosts: number) {
    this.boxes = Array<number>(hosts + 1).fill(0);
    this.pools = Array.from({ length: hosts + 1 }, () => new Map());
  }

  add(host: number, pools: readonly string[]): void {
    this.boxes[host] = (this.boxes[host] ?? 0) + 1;
    const there = this.pools[host];
    for (const pool of pools) there?.set(pool, (there.get(pool) ?? 0) + 1);
  }

  /** The host with the fewest nodes of these pools, then with the fewest boxes, then the first. */
  lightest(pools: readonly string[]): number {
    const wanted = new Set(pools);
    let best = 1;
    for (let host = 2; host <= this.hosts; host++) {
      const peers = this.peers(host, wanted) - this.peers(best, wanted);
      const boxes = (this.boxes[host] ?? 0) - (this.boxes[best] ?? 0);
      if (peers < 0 || (peers === 0 && boxes < 0)) best = host;
    }
    return best;
  }

  private peers(host: number, pools: ReadonlySet<string>): number {
    let sum = 0;
    for (const pool of pools) sum += this.pools[host]?.get(pool) ?? 0;
    return sum;
  }
}
