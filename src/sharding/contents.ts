/**
 * What a shard asks of the engine that stores its rows or items, so that a slice can leave and another come. An engine calls
 * nothing of this by itself; it only notes, when something under a unit changes, that it did (`Ownership.judge`).
 */
import { compareKeys } from '../algorithms/hashing/key-order';
import type { ShardKey } from '../protocols/shard-map';

/** All that lies under a key, or one part of it: what moves together, and what is compared. */
export interface Unit {
  readonly key: ShardKey;
  readonly part?: ShardKey | undefined;
}

/** A unit that was changed, and the position of the log at which it was changed last. */
export interface Touch {
  readonly unit: Unit;
  readonly position: number;
}

/** What was put aside for a unit, as of a position of the log that it comes from; without contents nothing lay under it. */
export interface Put {
  readonly contents?: string | undefined;
  readonly position: number;
}

/** Beside everything that can be read: what is not this shard's yet, or not any more. In snapshots like all the rest. */
export interface Aside {
  get(unit: Unit): Put | undefined;
  /** In the place of what was put aside for the same unit. */
  put(unit: Unit, put: Put): void;
  /** In the order of the units. */
  each(): Iterable<readonly [unit: Unit, put: Put]>;
  clear(): void;
}

/** The engine of a shard. Equal rows give equal texts, on every copy and on every shard: checksums are made of them. */
export interface ShardContents {
  /** Units that are wanted, in their order, after one of them; at most so many. Under a few nothing may lie any more. */
  units(
    wanted: (key: ShardKey, part?: ShardKey) => boolean,
    after: Unit | undefined,
    unitsMax: number,
  ): readonly Unit[];
  /** Everything under a unit as text; nothing where nothing is. */
  read(unit: Unit): string | undefined;
  /** Puts in what `read` gave, here or elsewhere. Nothing lies under this unit before. */
  write(unit: Unit, contents: string): void;
  /** Takes out everything under a unit: what `read` has just given. */
  remove(unit: Unit, contents: string): void;
  /** Units that were noted, by position and then in their order, after one of them; at most so many. */
  touched(after: Touch | undefined, unitsMax: number): readonly Touch[];
  /** Forgets what was noted. */
  forgetTouched(): void;
  readonly aside: Aside;
  /** What whoever gets units of this shard has to know beside them; asked for when nobody can write them any more. */
  goesAlong?(): string;
  /** Takes in what `goesAlong` gave elsewhere. */
  takeAlong?(along: string): void;
}

/** By key, then by part; what has none comes first. */
export function compareUnits(a: Unit, b: Unit): number {
  const byKey = compareKeys(a.key, b.key);
  if (byKey !== 0) return byKey;
  if (a.part === undefined || b.part === undefined) {
    return Number(a.part !== undefined) - Number(b.part !== undefined);
  }
  return compareKeys(a.part, b.part);
}

export function compareTouches(a: Touch, b: Touch): number {
  return a.position - b.position || compareUnits(a.unit, b.unit);
}
