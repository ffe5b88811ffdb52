/**
 * A shard of texts in memory, as small as one can be: what an engine has to do for its ownership, for tests of the latter.
 */
import type { ShardKey } from '../protocols/shard-map';
import type { ShardsDecided, ShardsRefused, ShardsStanding } from '../protocols/shards';
import { type Caution, soundCaution } from './caution';
import {
  type Aside,
  compareTouches,
  compareUnits,
  type Put,
  type ShardContents,
  type Touch,
  type Unit,
} from './contents';
import { type Judgement, Ownership } from './ownership';
import { type OwnershipState, readOwnership } from './ownership-state';
import { unitName } from './shard-key';

/** Units by name; iterated in their order. */
class Units<V> {
  private readonly held = new Map<string, readonly [Unit, V]>();

  constructor(entries: readonly (readonly [Unit, V])[] = []) {
    for (const [unit, value] of entries) this.set(unit, value);
  }

  get(unit: Unit): V | undefined {
    return this.held.get(unitName(unit.key, unit.part))?.[1];
  }

  set(unit: Unit, value: V): void {
    this.held.set(unitName(unit.key, unit.part), [unit, value]);
  }

  delete({ key, part }: Unit): void {
    this.held.delete(unitName(key, part));
  }

  clear(): void {
    this.held.clear();
  }

  get all(): (readonly [Unit, V])[] {
    return [...this.held.values()].sort(([a], [b]) => compareUnits(a, b));
  }
}

/** What a snapshot holds. */
interface Saved {
  readonly table: readonly (readonly [Unit, string])[];
  readonly aside: readonly (readonly [Unit, Put])[];
  readonly touches: readonly (readonly [Unit, number])[];
  readonly ownership: string;
  readonly position: number;
}

export class SmallShard implements ShardContents {
  private readonly table: Units<string>;
  private readonly putAside: Units<Put>;
  private readonly touches: Units<number>;
  private position: number;
  readonly ownership: Ownership;

  private constructor(
    saved: Saved,
    readonly caution: Caution,
  ) {
    this.table = new Units(saved.table);
    this.putAside = new Units(saved.aside);
    this.touches = new Units(saved.touches);
    this.position = saved.position;
    this.ownership = new Ownership(this, readOwnership(saved.ownership), caution);
  }

  static founded(
    state: OwnershipState,
    rows: readonly (readonly [Unit, string])[],
    caution = soundCaution,
  ): SmallShard {
    const ownership = JSON.stringify(state);
    const shard = new SmallShard({ table: [], aside: [], touches: [], ownership, position: 0 }, caution);
    for (const [{ key, part }, text] of rows) if (shard.ownership.owns(key, part)) shard.table.set({ key, part }, text);
    return shard;
  }

  /** What a life after this one begins with. */
  reborn(): SmallShard {
    const { table, putAside, touches, position, ownership } = this;
    const saved = { table: table.all, aside: putAside.all, touches: touches.all, position };
    const bytes = JSON.stringify({ ...saved, ownership: JSON.stringify(ownership.state) });
    return new SmallShard(JSON.parse(bytes) as Saved, this.caution);
  }

  decide(command: ShardsDecided): ShardsStanding | ShardsRefused {
    this.position++;
    return this.ownership.apply(command);
  }

  /** What became of a write; without a text, the unit is deleted. */
  change(unit: Unit, text: string | undefined): Judgement {
    const judged = this.ownership.judge(unit.key, unit.part);
    if (judged === 'moving' || judged === 'elsewhere') return judged;
    this.position++;
    if (judged === 'noted') this.touches.set(unit, this.position);
    if (text === undefined) this.table.delete(unit);
    else this.table.set(unit, text);
    return judged;
  }

  get at(): number {
    return this.position;
  }

  get rows(): readonly (readonly [Unit, string])[] {
    return this.table.all;
  }

  // --- for its ownership ---------------------------------------------------------------------------------------------

  units(wanted: (key: ShardKey, part?: ShardKey) => boolean, after: Unit | undefined, unitsMax: number): Unit[] {
    const all = this.table.all.flatMap(([unit]) => (wanted(unit.key, unit.part) ? [unit] : []));
    return all.filter((unit) => after === undefined || compareUnits(unit, after) > 0).slice(0, unitsMax);
  }

  read(unit: Unit): string | undefined {
    return this.table.get(unit);
  }

  write(unit: Unit, contents: string): void {
    if (this.table.get(unit) !== undefined) throw new Error(`something lies under ${unitName(unit.key, unit.part)}`);
    this.table.set(unit, contents);
  }

  remove(unit: Unit): void {
    this.table.delete(unit);
  }

  touched(after: Touch | undefined, unitsMax: number): Touch[] {
    const all = this.touches.all.map(([unit, position]) => ({ unit, position })).sort(compareTouches);
    return all.filter((touch) => after === undefined || compareTouches(touch, after) > 0).slice(0, unitsMax);
  }

  forgetTouched(): void {
    this.touches.clear();
  }

  get aside(): Aside {
    const { putAside } = this;
    return {
      get: (unit) => putAside.get(unit),
      put: (unit, put) => putAside.set(unit, put),
      each: () => putAside.all,
      clear: () => putAside.clear(),
    };
  }
}
