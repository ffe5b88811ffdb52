/**
 * What is asked of those who keep the maps of sharded stores: the newest map, blocks of new ids, and moves.
 */
import { type BodyOf, message, type Static, Type } from '../kernel/schema';
import { family, method, shardKey, shardMap } from './shard-map';

const name = Type.String({ minLength: 1, maxLength: 64 });
const count = Type.Integer({ minimum: 0 });

/** The newest maps, of one family or of all. Answered by whoever decides, once it has made sure that it still does. */
export const placementAsk = message('placement.ask', { family: Type.Optional(family) });
export type PlacementAsk = BodyOf<typeof placementAsk>;
export const placementMaps = message('placement.maps', { maps: Type.Array(shardMap) });
export type PlacementMaps = BodyOf<typeof placementMaps>;

/** A block of ids that nobody else gets, ever, for new rows of a table. */
export const placementIds = message('placement.ids', {
  family,
  table: name,
  count: Type.Integer({ minimum: 1, maximum: 100_000 }),
});
export type PlacementIds = BodyOf<typeof placementIds>;
export const placementBlock = message('placement.block', { first: Type.Integer(), count: Type.Integer() });
export type PlacementBlock = BodyOf<typeof placementBlock>;

/** What is wanted of a family's shards. */
export const change = Type.Union([
  /** So many more shards. New machines are ordered from the cloud. */
  Type.Object({ what: Type.Literal('add'), count: Type.Integer({ minimum: 1, maximum: 64 }) }),
  Type.Object({ what: Type.Literal('remove'), shard: name }),
  /** Half of its keys to a new shard. */
  Type.Object({ what: Type.Literal('split'), shard: name }),
  Type.Object({ what: Type.Literal('method'), method, pointsPerShard: Type.Optional(count) }),
  /** A key gets shards of its own; `ways` > 1 spreads its parts. */
  Type.Object({ what: Type.Literal('isolate'), key: shardKey, ways: Type.Integer({ minimum: 1, maximum: 16 }) }),
  /** An isolated key goes back among the others. */
  Type.Object({ what: Type.Literal('rejoin'), key: shardKey }),
]);
export type Change = Readonly<Static<typeof change>>;

/** Begin a move. `unitsPerSecond` limits the copying; without it, it goes as fast as it can. */
export const placementReshard = message('placement.reshard', {
  family,
  change,
  unitsPerSecond: Type.Optional(Type.Integer({ minimum: 1 })),
});
export type PlacementReshard = BodyOf<typeof placementReshard>;

/** Pause, resume or abort the move of a family, or change its rate (0: as fast as it can). */
export const placementSteer = message('placement.steer', {
  family,
  act: Type.Union([Type.Literal('pause'), Type.Literal('resume'), Type.Literal('abort'), Type.Literal('rate')]),
  unitsPerSecond: Type.Optional(count),
});
export type PlacementSteer = BodyOf<typeof placementSteer>;

/** How a move stands. */
export const moveProgress = Type.Object({
  family,
  /** In words: `+1 shard`, `to ring`. */
  text: Type.String(),
  state: Type.Union([
    Type.Literal('ordering'),
    Type.Literal('moving'),
    Type.Literal('paused'),
    Type.Literal('aborting'),
    Type.Literal('done'),
    Type.Literal('aborted'),
  ]),
  slices: count,
  done: count,
  /** Keys that went over, and how many there were when the move began. */
  keysMoved: count,
  keysBefore: count,
  /** Share of keys that theory says have to move. */
  expectedShare: Type.Number({ minimum: 0, maximum: 1 }),
  /** What is being done at the moment, and why it waits, if it does. */
  now: Type.String(),
});
export type MoveProgress = Readonly<Static<typeof moveProgress>>;

/** Taken up: what was asked for is decided, and goes on by itself. */
export const placementTaken = message('placement.taken', { progress: moveProgress });
export type PlacementTaken = BodyOf<typeof placementTaken>;

/** How do the moves stand: the one under way or, else, the last one of each family? */
export const placementProgress = message('placement.progress', {});
export type PlacementProgress = BodyOf<typeof placementProgress>;
export const placementMoves = message('placement.moves', { moves: Type.Array(moveProgress) });
export type PlacementMoves = BodyOf<typeof placementMoves>;

/** It was not done, for certain: ask `leader`, try again, or want something else. */
export const placementRefused = message('placement.refused', {
  because: Type.Union([Type.Literal('not-leader'), Type.Literal('busy'), Type.Literal('impossible')]),
  reason: Type.String(),
  leader: Type.Optional(Type.String()),
});
export type PlacementRefused = BodyOf<typeof placementRefused>;
