/**
 * What stands and runs on one engine: its boxes, the nodes on them, dead or alive.
 */
import type { TrueClock } from '../../kernel/clock';
import type { NodeId } from '../../kernel/envelope';
import type { BoxSpec, Topology } from '../../kernel/topology';
import { Box } from './box';
import type { NodeRecord } from './node-record';

export class Inventory {
  readonly boxes = new Map<string, Box>();
  readonly records = new Map<NodeId, NodeRecord>();
  private readonly residents = new Map<Box, Set<NodeRecord>>();

  constructor(
    private readonly clock: TrueClock,
    private readonly epochMs: number,
  ) {}

  /** Takes a box in, or finds it. */
  box(spec: BoxSpec): Box {
    const known = this.boxes.get(spec.id);
    if (known !== undefined) return known;
    const box = new Box(spec, this.clock, this.epochMs);
    this.boxes.set(spec.id, box);
    this.residents.set(box, new Set());
    return box;
  }

  /** Forgets the boxes that a topology no longer has. */
  keep({ boxes }: Topology): void {
    const listed = new Set(boxes.map(({ id }) => id));
    for (const [id, box] of this.boxes) {
      if (listed.has(id)) continue;
      this.boxes.delete(id);
      this.residents.delete(box);
    }
  }

  add(record: NodeRecord): void {
    this.records.set(record.id, record);
    this.residents.get(record.box)?.add(record);
  }

  remove(record: NodeRecord): void {
    this.records.delete(record.id);
    this.residents.get(record.box)?.delete(record);
  }

  /** Who lives on a box, in the order of arrival. */
  on(box: Box): readonly NodeRecord[] {
    return [...(this.residents.get(box) ?? [])];
  }
}
