/**
 * Which units a shard may hold, in memory, for as long as it has to give any away: whoever wants those of one slice would
 * otherwise have to read a key of every row of every table, for each slice again, on each copy.
 */
import { SortedMap } from '../../algorithms/sorted-map';
import { compareUnits, type Unit } from '../../sharding/contents';

export class UnitIndex {
  private units: SortedMap<Unit, true> | undefined;

  /** @param read all units, in their order: the long way, once per move. */
  constructor(private readonly read: () => Iterable<Unit>) {}

  /** Units in their order, after one of them. A few may hold nothing any more: nobody says so when rows go. */
  *after(unit: Unit | undefined): Generator<Unit, void> {
    this.units ??= this.readAll();
    for (const [found] of this.units.after(unit)) yield found;
  }

  /** Something may be written under it. */
  add(unit: Unit): void {
    this.units?.set(unit, true);
  }

  /** Nothing lies under it. */
  remove(unit: Unit): void {
    this.units?.delete(unit);
  }

  /** It is read again when it is wanted again: nothing moves any more, or what was said of it was taken back. */
  forget(): void {
    this.units = undefined;
  }

  private readAll(): SortedMap<Unit, true> {
    const units = new SortedMap<Unit, true>(compareUnits);
    for (const unit of this.read()) units.set(unit, true);
    return units;
  }
}
