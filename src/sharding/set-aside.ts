/**
 * What an engine that keeps its items in memory has to keep for its ownership beside them: what is put aside, and which
 * units were touched. In the order of the units, and as plain data for snapshots.
 */
import { SortedMap } from '../algorithms/sorted-map';
import { type Static, Type } from '../kernel/schema';
import { type ShardKey, shardKey } from '../protocols/shard-map';
import { type Aside, compareTouches, compareUnits, type Put, type Touch, type Unit } from './contents';

type Saved<V> = [key: ShardKey, part: ShardKey | null, value: V];

const position = Type.Integer({ minimum: 0 });
const unit = [shardKey, Type.Union([shardKey, Type.Null()])] as const;

/** As a snapshot holds it: properties for that of an engine. */
export const savedAside = {
  aside: Type.Array(Type.Tuple([...unit, Type.Object({ contents: Type.Optional(Type.String()), position })])),
  touched: Type.Array(Type.Tuple([...unit, position])),
};

const shape = Type.Object(savedAside);
export type SavedAside = Readonly<Static<typeof shape>>;

export class SetAside implements Aside {
  private readonly puts: SortedMap<Unit, Put>;
  private readonly positions: SortedMap<Unit, number>;
  /** The same by position. */
  private readonly touches = new SortedMap<Touch, true>(compareTouches);

  constructor({ aside, touched }: SavedAside = { aside: [], touched: [] }) {
    this.puts = new SortedMap(compareUnits, aside.map(entryOf));
    this.positions = new SortedMap<Unit, number>(compareUnits);
    for (const [unit, position] of touched.map(entryOf)) this.touch(unit, position);
  }

  get(unit: Unit): Put | undefined {
    return this.puts.get(unit);
  }

  put(unit: Unit, put: Put): void {
    this.puts.set(unit, put);
  }

  each(): Iterable<readonly [unit: Unit, put: Put]> {
    return [...this.puts.from()];
  }

  clear(): void {
    this.puts.clear();
  }

  /** Notes that a unit was changed, at a later position than ever before. */
  touch(unit: Unit, position: number): void {
    const before = this.positions.get(unit);
    if (before !== undefined) this.touches.delete({ unit, position: before });
    this.positions.set(unit, position);
    this.touches.set({ unit, position }, true);
  }

  touched(after: Touch | undefined, unitsMax: number): Touch[] {
    const found: Touch[] = [];
    for (const [touch] of this.touches.after(after)) {
      if (found.length >= unitsMax) break;
      found.push(touch);
    }
    return found;
  }

  forgetTouched(): void {
    this.positions.clear();
    this.touches.clear();
  }

  get saved(): SavedAside {
    const puts = [...this.puts.from()].map(([unit, { contents, position: at }]) => {
      const put = contents === undefined ? { position: at } : { contents, position: at };
      return savedOf([unit, put]);
    });
    return { aside: puts, touched: [...this.positions.from()].map(savedOf) };
  }
}

function savedOf<V>([{ key, part }, value]: readonly [Unit, V]): Saved<V> {
  return [key, part ?? null, value];
}

function entryOf<V>([key, part, value]: Readonly<Saved<V>>): readonly [Unit, V] {
  return [part === null ? { key } : { key, part }, value];
}
