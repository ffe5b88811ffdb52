/**
 * What those who keep the maps agree on, as it lies in their Raft log and its snapshots: the maps, which ids are given out,
 * and how far the move of each family is. Each decision names the move or the version that it was made for.
 */
import type { TSchema } from '@sinclair/typebox';
import { Schema, type Static, Type } from '../kernel/schema';
import { change } from '../protocols/placement';
import { family, placement, shardMap, slice } from '../protocols/shard-map';

const count = Type.Integer({ minimum: 0 });
const name = Type.String({ minLength: 1, maxLength: 64 });

/** A shard that is ordered for a move, and the nodes that are to be its copies. */
const newShard = Type.Object({ shard: name, nodes: Type.Array(name, { minItems: 1 }) });
export type NewShard = Readonly<Static<typeof newShard>>;

const underWay = Type.Object({
  family,
  /** Counts the moves of all families. */
  number: count,
  change,
  /** In words: `+1 shard`. */
  text: Type.String(),
  before: placement,
  next: placement,
  newShards: Type.Array(newShard),
  /** New machines are ordered; slices move; machines that are not needed any more are given back. */
  stage: Type.Union([Type.Literal('ordering'), Type.Literal('moving'), Type.Literal('retiring')]),
  isPaused: Type.Boolean(),
  /** 0: as fast as it can. */
  unitsPerSecond: count,
  isAborting: Type.Boolean(),
  /** The slices that had gone over go back. */
  hasTurned: Type.Boolean(),
  /** Why it came to nothing. */
  reason: Type.Optional(Type.String()),
  /** So often the current slice was begun again. */
  attempts: count,
  /** The slice that was switched last: its source still keeps it aside. */
  toClean: Type.Optional(Type.Object({ slice, version: count })),
  slices: count,
  keysMoved: count,
  keysBefore: count,
  expectedShare: Type.Number({ minimum: 0, maximum: 1 }),
});
export type Move = Readonly<Static<typeof underWay>>;

const state = Type.Object({
  maps: Type.Array(shardMap),
  /** The next id that nobody has, by family and table. */
  ids: Type.Array(Type.Object({ family, table: name, next: Type.Integer({ minimum: 1 }) })),
  moves: Type.Array(underWay),
  /** The last move of each family that has ended. */
  ended: Type.Array(underWay),
  numbers: count,
});
export type PlacementState = Readonly<Static<typeof state>>;

const ofMove = { family, number: count };
const atVersion = { family, version: count };

const decision = Type.Union([
  /** A block of ids is somebody's. */
  Type.Object({ what: Type.Literal('ids'), family, table: name, count: Type.Integer({ minimum: 1 }) }),
  /** A move is wanted; what it needs is ordered first. */
  Type.Object({
    what: Type.Literal('want'),
    family,
    /** The map that it was worked out from. */
    version: count,
    change,
    text: Type.String(),
    next: placement,
    newShards: Type.Array(newShard),
    unitsPerSecond: count,
  }),
  /** Everything that was ordered is there: slices begin to move. */
  Type.Object({
    what: Type.Literal('start'),
    ...ofMove,
    slices: Type.Array(slice),
    keysBefore: count,
    expectedShare: Type.Number({ minimum: 0, maximum: 1 }),
  }),
  /** Both have decided: the slice belongs to its new shard, in the map of this version. */
  Type.Object({ what: Type.Literal('switch'), ...atVersion, keys: count }),
  /** The attempt at a slice was given up on both sides; the next one has a version of its own. */
  Type.Object({ what: Type.Literal('again'), ...atVersion }),
  /** The current slice was given up for good, and those before it go back. */
  Type.Object({ what: Type.Literal('turn'), ...atVersion }),
  /** All slices are where they are to be. */
  Type.Object({ what: Type.Literal('moved'), ...atVersion }),
  /** What was ordered does not come. */
  Type.Object({ what: Type.Literal('give-up'), ...ofMove, reason: Type.String() }),
  /** Machines that nobody needs are given back: nothing is left to do. */
  Type.Object({ what: Type.Literal('end'), ...ofMove }),
  Type.Object({ what: Type.Literal('pause'), ...ofMove }),
  Type.Object({ what: Type.Literal('resume'), ...ofMove }),
  Type.Object({ what: Type.Literal('abort'), ...ofMove }),
  Type.Object({ what: Type.Literal('rate'), ...ofMove, unitsPerSecond: count }),
]);
export type Decision = Readonly<Static<typeof decision>>;
/** A decision about how a move goes on. */
export type MoveDecision = Exclude<Decision, { readonly what: 'ids' | 'want' }>;

const decisionSchema = new Schema(decision);
const stateSchema = new Schema(state);

export function encodeDecision(given: Decision): Uint8Array {
  return Buffer.from(JSON.stringify(given));
}

/** Throws an error when the bytes are no decision. */
export function decodeDecision(bytes: Uint8Array): Decision {
  return parsed(bytes, decisionSchema);
}

export function encodeState(given: PlacementState): Uint8Array {
  return Buffer.from(JSON.stringify(given));
}

/** Throws an error when the bytes are none of it. */
export function decodeState(bytes: Uint8Array): PlacementState {
  return parsed(bytes, stateSchema);
}

function parsed<S extends TSchema>(bytes: Uint8Array, schema: Schema<S>): Static<S> {
  const value: unknown = JSON.parse(Buffer.from(bytes).toString());
  if (!schema.accepts(value)) throw new Error(schema.problem(value));
  return value;
}
