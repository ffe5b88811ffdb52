/**
 * The faults that an engine is under: rules for its links, conditions for its boxes and their disks, and how often each
 * has struck.
 */
import { type Fault, fairConditions } from '../../kernel/rule';
import type { Box } from './box';
import type { Inventory } from './inventory';
import type { ActiveRule } from './links';

/** A fault in force and its number. */
export interface ActiveFault {
  readonly id: number;
  readonly fault: Fault;
}

export class FaultsInForce {
  private faults: readonly ActiveFault[] = [];
  private rules: readonly ActiveRule[] = [];
  /** Which boxes each fault has struck. */
  private boxHits = new Map<number, Set<string>>();

  constructor(private readonly inventory: Inventory) {}

  /** Puts exactly these faults in force; those that stay keep their hits. Returns the rules for the links. */
  set(faults: readonly ActiveFault[]): readonly ActiveRule[] {
    this.faults = faults;
    const old = new Map(this.rules.map((active) => [active.id, active]));
    this.rules = faults.flatMap(({ id, fault }) =>
      fault.link === undefined ? [] : [old.get(id) ?? { id, rule: fault.link, hits: 0 }],
    );
    const bending = faults.filter(({ fault }) => fault.box !== undefined);
    const bent = this.boxHits.size > 0;
    this.boxHits = new Map(bending.map(({ id }) => [id, this.boxHits.get(id) ?? new Set()]));
    if (bent || bending.length > 0) for (const box of this.inventory.boxes.values()) this.bend(box);
    return this.rules;
  }

  hits(fault: number): number {
    return (this.rules.find(({ id }) => id === fault)?.hits ?? 0) + (this.boxHits.get(fault)?.size ?? 0);
  }

  /** Puts a box under the conditions that the faults make for it. */
  bend(box: Box): void {
    let conditions = fairConditions;
    const residents = this.inventory.on(box);
    for (const { id, fault } of this.faults) {
      if (fault.box === undefined || !residents.some((record) => fault.box?.strikes(record.id))) continue;
      conditions = fault.box.bend(conditions);
      this.boxHits.get(id)?.add(box.spec.id);
    }
    box.bend(conditions);
    for (const record of residents) record.drive.setConditions(conditions, box.spec.diskMb);
  }
}
