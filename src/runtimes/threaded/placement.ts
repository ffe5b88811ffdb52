/**
 * Which host carries which box. A box stays where it was put; a new one goes away from its peers, so that no single
 * host takes a whole pool with it.
 */
import { TopologyError } from '../../kernel/check-topology';
import type { BoxSpec, Topology } from '../../kernel/topology';

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
    const next = new Map<string, number>();
    for (const box of topology.boxes) {
      const place = this.fixed(box) ?? this.places.get(box.id);
      if (place !== undefined) next.set(box.id, place);
    }
    for (const box of topology.boxes) if (!next.has(box.id)) next.set(box.id, this.best(box, topology, next));
    this.places = next;
  }

  private fixed(box: BoxSpec): number | undefined {
    return box.zone === 'site' ? box.host : outsideHost;
  }

  /** The host with the fewest nodes of its kinds, then with the fewest boxes, then the first. */
  private best(box: BoxSpec, topology: Topology, places: ReadonlyMap<string, number>): number {
    const kinds = new Set(topology.nodes.flatMap((node) => (node.box === box.id ? [node.kind] : [])));
    const peers = (host: number): number =>
      topology.nodes.filter((node) => kinds.has(node.kind) && places.get(node.box) === host).length;
    const boxes = (host: number): number => [...places.values()].filter((its) => its === host).length;
    const candidates = Array.from({ length: this.hosts }, (_, place) => place + 1);
    return candidates.sort((a, b) => peers(a) - peers(b) || boxes(a) - boxes(b) || a - b)[0] ?? outsideHost;
  }
}
