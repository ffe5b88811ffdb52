/**
 * Who answers at which address, and who may reach whom. Only boxes with a public address can be reached from outside.
 */
import type { Address, NodeId } from '../../kernel/envelope';
import { at, type BoxSpec, type NodeSpec, type Topology, type Zone } from '../../kernel/topology';

/** Where an address leads. */
export interface Place {
  readonly node: NodeId;
  readonly box: BoxSpec;
  /** Reached by its public address. */
  readonly isPublic: boolean;
}

/** What stands in for a box under a door: doors have no CPUs and never queue. */
export function doorBox(id: NodeId, zone: Zone, region: string): BoxSpec {
  return { id: `door:${id}`, region, zone, cpus: 1, memoryMb: 0, diskMb: 0, privateAddress: `door:${id}` };
}

/** Resolves addresses. Replaced entry by entry as the topology changes. */
export class Directory {
  private readonly places = new Map<Address, Place>();
  private readonly doors = new Map<NodeId, Place>();

  resolve(address: Address): Place | undefined {
    return this.places.get(address);
  }

  /** Lists a whole topology afresh; doors stay. */
  list(topology: Topology, portOf: (node: NodeSpec) => number): void {
    this.places.clear();
    for (const [id, place] of this.doors) this.places.set(id, place);
    const boxes = new Map(topology.boxes.map((box) => [box.id, box]));
    for (const node of topology.nodes) {
      const box = boxes.get(node.box);
      if (box === undefined) continue;
      const port = portOf(node);
      const inner: Place = { node: node.id, box, isPublic: false };
      this.places.set(node.id, inner);
      this.places.set(at(box.privateAddress, port), inner);
      if (box.publicAddress !== undefined) {
        this.places.set(at(box.publicAddress, port), { node: node.id, box, isPublic: true });
      }
    }
  }

  addDoor(id: NodeId, box: BoxSpec): void {
    const place: Place = { node: id, box, isPublic: false };
    this.doors.set(id, place);
    this.places.set(id, place);
  }

  removeDoor(id: NodeId): void {
    this.doors.delete(id);
    this.places.delete(id);
  }

  /** Why this sender may not reach this place, or `undefined` if it may. */
  barred(from: Zone, address: Address, to: Place): string | undefined {
    if (from !== 'outside' || to.box.zone === 'outside') return undefined;
    if (to.isPublic) return undefined;
    if (to.box.zone === 'provider') return `${address} belongs to the provider and takes no calls from outside`;
    const own = to.box.publicAddress;
    const hint = own === undefined ? this.publicHint() : `use its public address ${own}`;
    return `${address} is a private address, reachable only from inside the site; ${hint}`;
  }

  /** Why nobody is found at an address: a machine without a listener is another mistake than no machine. */
  missing(from: Zone, address: Address): string {
    const ip = address.slice(0, Math.max(0, address.lastIndexOf(':')));
    const all = [...this.places].filter(([known]) => ip !== '' && known.startsWith(`${ip}:`));
    const [first] = all;
    if (first === undefined) return `there is no ${address} here`;
    const barred = this.barred(from, ip, first[1]);
    const listening = all.map(([known, { node }]) => `${known} (${node})`).join(', ');
    return barred ?? `nothing listens at ${address}; there is ${listening}`;
  }

  private publicHint(): string {
    const open = [...this.places.values()].filter((place) => place.isPublic);
    if (open.length === 0) return 'the site has no public address';
    return `public here: ${open.map((place) => `${place.box.publicAddress} (${place.node})`).join(', ')}`;
  }
}
