/**
 * What those who keep the maps agree on, as the state machine of their Raft log: the maps, which ids are given out, and
 * how far the move of each family is. A decision that comes too late, from somebody who leads no more, changes nothing:
 * each names the move or the version that it was made for.
 */
import type { TSchema } from '@sinclair/typebox';
import { Schema, type Static, Type } from '../kernel/schema';
import { change } from '../protocols/placement';
import { family, placement, type ShardMap, shardMap, slice } from '../protocols/shard-map';
import { begun, finished, reversed, sliceToMove, switched } from './map-steps';

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

/** Where it begins: founding maps, and no id below `firstIds` of a table. */
export function founded(maps: readonly ShardMap[], firstIds: Readonly<Record<string, number>>): PlacementState {
  const ids = maps.flatMap((map) =>
    map.tables.flatMap(({ table }) => {
      const next = firstIds[table];
      return next === undefined ? [] : [{ family: map.family, table, next }];
    }),
  );
  return { maps: [...maps], ids, moves: [], ended: [], numbers: 0 };
}

/** The first id of the next block of a table. */
export function nextId({ ids }: PlacementState, of: ShardMap['family'], table: string): number {
  return ids.find((one) => one.family === of && one.table === table)?.next ?? 1;
}

export function mapOf({ maps }: PlacementState, of: ShardMap['family']): ShardMap | undefined {
  return maps.find((map) => map.family === of);
}

export function moveOf({ moves }: PlacementState, of: ShardMap['family']): Move | undefined {
  return moves.find((move) => move.family === of);
}

/** Where a decision leads to; one that came too late changes nothing, and gives back what it was given. */
export function decide(now: PlacementState, next: Decision): PlacementState {
  if (next.what === 'ids') return blockGiven(now, next);
  const map = mapOf(now, next.family);
  const move = moveOf(now, next.family);
  if (map === undefined) return now;
  if (next.what === 'want') return move === undefined && map.version === next.version ? wanted(now, map, next) : now;
  if (move === undefined) return now;
  if ('number' in next) return next.number === move.number ? steered(now, map, move, next) : now;
  return next.version === map.version + 1 && move.stage === 'moving' ? stepped(now, map, move, next) : now;
}

function blockGiven(
  now: PlacementState,
  { family: of, table, count: many }: Decision & { what: 'ids' },
): PlacementState {
  const next = nextId(now, of, table) + many;
  const others = now.ids.filter((one) => one.family !== of || one.table !== table);
  return { ...now, ids: [...others, { family: of, table, next }] };
}

function wanted(now: PlacementState, map: ShardMap, want: Decision & { what: 'want' }): PlacementState {
  const { change: what, text, next, newShards, unitsPerSecond } = want;
  const move: Move = {
    family: map.family,
    number: now.numbers + 1,
    change: what,
    text,
    before: map.base,
    next,
    newShards,
    stage: 'ordering',
    isPaused: false,
    unitsPerSecond,
    isAborting: false,
    hasTurned: false,
    slices: 0,
    attempts: 0,
    keysMoved: 0,
    keysBefore: 0,
    expectedShare: 0,
  };
  return { ...now, moves: [...now.moves, move], numbers: move.number };
}

type Steering = Extract<Decision, { readonly number: number }>;
type Stepping = Extract<Decision, { readonly what: 'switch' | 'again' | 'turn' | 'moved' }>;

function steered(now: PlacementState, map: ShardMap, move: Move, next: Steering): PlacementState {
  switch (next.what) {
    case 'start': {
      if (move.stage !== 'ordering' || move.isAborting) return now;
      const { slices, keysBefore, expectedShare } = next;
      const started = withMove(now, {
        ...move,
        stage: 'moving',
        slices: slices.length,
        keysBefore,
        expectedShare,
      });
      return withMap(started, begun(map, move.next, slices));
    }
    case 'give-up':
      if (move.stage !== 'ordering') return now;
      return withMove(now, { ...move, stage: 'retiring', isAborting: true, reason: next.reason });
    case 'end':
      if (move.stage !== 'retiring') return now;
      return {
        ...now,
        moves: now.moves.filter((one) => one !== move),
        ended: [...now.ended.filter((one) => one.family !== move.family), move],
      };
    case 'pause':
      return withMove(now, { ...move, isPaused: true });
    case 'resume':
      return withMove(now, { ...move, isPaused: false });
    case 'abort':
      // Whoever gives it up wants it to go back now, whether it was paused or not.
      return move.stage === 'retiring' ? now : withMove(now, { ...move, isAborting: true, isPaused: false });
    case 'rate':
      return withMove(now, { ...move, unitsPerSecond: next.unitsPerSecond });
  }
}

function stepped(now: PlacementState, map: ShardMap, move: Move, next: Stepping): PlacementState {
  const current = sliceToMove(map);
  switch (next.what) {
    case 'switch': {
      if (current === undefined) return now;
      const keysMoved = Math.max(0, move.keysMoved + (move.hasTurned ? -next.keys : next.keys));
      const toClean = { slice: current, version: next.version };
      return withMap(withMove(now, { ...move, keysMoved, toClean, attempts: 0 }), switched(map));
    }
    case 'again':
      if (current === undefined) return now;
      return withMap(withMove(now, { ...move, attempts: move.attempts + 1 }), { ...map, version: next.version });
    case 'turn': {
      if (!move.isAborting || move.hasTurned) return now;
      const { toClean: _cleaned, ...rest } = move;
      return withMap(withMove(now, { ...rest, hasTurned: true, attempts: 0 }), reversed(map));
    }
    case 'moved': {
      if (current !== undefined || (move.isAborting && !move.hasTurned)) return now;
      const { toClean: _cleaned, ...rest } = move;
      return withMap(withMove(now, { ...rest, stage: 'retiring' }), finished(map));
    }
  }
}

function withMove(now: PlacementState, move: Move): PlacementState {
  return { ...now, moves: now.moves.map((one) => (one.family === move.family ? move : one)) };
}

function withMap(now: PlacementState, map: ShardMap): PlacementState {
  return { ...now, maps: now.maps.map((one) => (one.family === map.family ? map : one)) };
}

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
