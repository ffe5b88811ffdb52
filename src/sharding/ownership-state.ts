/**
 * What a shard knows of the map and of its part in it, as plain data: it lies in the shard's snapshots.
 */
import { Schema, type Static, Type } from '../kernel/schema';
import { type ShardMap, type Slice, shardMap, slice } from '../protocols/shard-map';

const count = Type.Integer({ minimum: 0 });

const attempt = Type.Object({
  slice,
  /** Of the map in which the slice is switched. */
  version: count,
  role: Type.Union([Type.Literal('from'), Type.Literal('to')]),
  phase: Type.Union([
    Type.Literal('copying'),
    Type.Literal('fenced'),
    Type.Literal('released'),
    Type.Literal('staging'),
    Type.Literal('owned'),
  ]),
  cursor: Type.Optional(Type.String()),
  changesCursor: Type.Optional(Type.String()),
  /** Of what was released, or put aside. */
  units: count,
  keys: count,
  checksum: Type.String(),
  /** What goes along with what was released. */
  along: Type.Optional(Type.String()),
  /** What it was before it was released, in case that is undone. */
  before: Type.Optional(Type.Object({ map: shardMap, changedAt: count })),
});
/** Its part in the slice that is moved. */
export type Attempt = Readonly<Static<typeof attempt>>;

/** For the snapshot of an engine. */
export const ownershipShape = Type.Object({
  /** Its own name in the map. */
  self: Type.String({ minLength: 1 }),
  /** The newest that it was told. */
  map: shardMap,
  /** The version of the map at which what it has last changed. */
  changedAt: count,
  /** Attempts up to this version were given up, if they are not done. */
  undone: count,
  current: Type.Optional(attempt),
});
export type OwnershipState = Readonly<Static<typeof ownershipShape>>;

const shape = new Schema(ownershipShape);

/** A shard that has been told nothing but this. */
export function newOwnership(self: string, map: ShardMap): OwnershipState {
  return { self, map, changedAt: map.version, undone: 0 };
}

/** Throws an error where it is something else. */
export function readOwnership(text: string): OwnershipState {
  const value: unknown = JSON.parse(text);
  if (!shape.accepts(value)) throw new Error(`what a shard owns cannot be read: ${shape.problem(value)}`);
  return value;
}

export function sameSlice(a: Slice, b: Slice): boolean {
  return a.from === b.from && a.to === b.to && a.portion === b.portion && a.of === b.of;
}
