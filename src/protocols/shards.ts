/**
 * How a slice of a shard's keys goes to another shard: what whoever conducts the move asks of both. Every question can be
 * asked again, by the same or by another conductor, after any crash: what was done is not done twice.
 *
 * `version` is that of the map in which the slice is switched, one above the map that `shards.begin` brought. It tells
 * attempts apart: what is left on its way from an attempt that was given up is refused as `out-of-step`, whoever sent it.
 */
import { type BodyOf, message, type Static, Type } from '../kernel/schema';
import { shardKey, shardMap, slice } from './shard-map';

const count = Type.Integer({ minimum: 0 });

/** Everything under one key, and one part of it where that is split: rows by table, or one item. */
export const bundle = Type.Object({
  key: shardKey,
  part: Type.Optional(shardKey),
  /** JSON, as the store that it comes from writes it; none where nothing is left under the key. */
  contents: Type.Optional(Type.String()),
});
export type Bundle = Readonly<Static<typeof bundle>>;

/**
 * For the source: from here on note what is changed in this slice. For the destination: get ready to take it. `map` is the
 * newest there is, and the slice is the next one of its move.
 */
export const shardsBegin = message('shards.begin', { map: shardMap, slice });
export type ShardsBegin = BodyOf<typeof shardsBegin>;

/** For the source: so many units of the slice, in the order of their keys, after a place in it. Only reads. */
export const shardsExtract = message('shards.extract', {
  slice,
  after: Type.Optional(Type.String()),
  unitsMax: Type.Integer({ minimum: 1, maximum: 10_000 }),
});
export type ShardsExtract = BodyOf<typeof shardsExtract>;

/** For the source: what was changed in the slice since a position of its log, oldest first. Only reads. */
export const shardsChanges = message('shards.changes', {
  slice,
  since: Type.String(),
  unitsMax: Type.Integer({ minimum: 1, maximum: 10_000 }),
});
export type ShardsChanges = BodyOf<typeof shardsChanges>;

/** Units of a slice as of a position of the source's log, where to go on, and whether that was all there is for now. */
export const shardsBundles = message('shards.bundles', {
  bundles: Type.Array(bundle),
  position: count,
  next: Type.String(),
  isEnd: Type.Boolean(),
});
export type ShardsBundles = BodyOf<typeof shardsBundles>;

/**
 * For the destination: put these aside, each in the place of what was put aside for the same unit as of an earlier position
 * of the source's log. So it does not matter in which order they come, nor how often.
 */
export const shardsStage = message('shards.stage', {
  slice,
  version: count,
  bundles: Type.Array(bundle),
  /** That of the `shards.bundles` that they came with. */
  position: count,
  /** Where the copy has come to, or the catching up: what is asked for next after a crash. */
  cursor: Type.Optional(Type.String()),
  changesCursor: Type.Optional(Type.String()),
});
export type ShardsStage = BodyOf<typeof shardsStage>;

/** For the source: take no writes into the slice any more. */
export const shardsFence = message('shards.fence', { slice, version: count });
export type ShardsFence = BodyOf<typeof shardsFence>;

/** For the source, before it has released the slice: take writes again, and go on noting them; what was copied stays good. */
export const shardsUnfence = message('shards.unfence', { slice, version: count });
export type ShardsUnfence = BodyOf<typeof shardsUnfence>;

/** For the source: have the slice no longer, as of this version of the map; keep it aside until `shards.clean`. */
export const shardsRelease = message('shards.release', { slice, version: count });
export type ShardsRelease = BodyOf<typeof shardsRelease>;

/**
 * What goes along with a slice beside its units, in the words of the store: which indexes there are, say, and which versions
 * were given out. The source says it when it has released the slice, the destination takes it in with the units.
 */
const along = Type.Optional(Type.String());

/** For the destination: have the slice, as of this version, if what was put aside is what the source released. */
export const shardsOwn = message('shards.own', { slice, version: count, units: count, checksum: Type.String(), along });
export type ShardsOwn = BodyOf<typeof shardsOwn>;

/** For the source: the switch is decided, what was kept aside can go. */
export const shardsClean = message('shards.clean', { slice, version: count });
export type ShardsClean = BodyOf<typeof shardsClean>;

/**
 * For the destination, before it has the slice: forget it. For the source, which is asked only once the destination has
 * promised that: go on as if nothing had been, even if it was released. From then on neither begins this attempt again.
 */
export const shardsUndo = message('shards.undo', { slice, version: count });
export type ShardsUndo = BodyOf<typeof shardsUndo>;

/** What do you have, and what is under way with you? Only reads. */
export const shardsStatus = message('shards.status', {});
export type ShardsStatus = BodyOf<typeof shardsStatus>;

/** How far a shard is with the slice that was asked about. Answers every question that is decided in its log. */
export const shardsStanding = message('shards.standing', {
  phase: Type.Union([
    Type.Literal('none'),
    Type.Literal('copying'),
    Type.Literal('fenced'),
    Type.Literal('released'),
    Type.Literal('staging'),
    Type.Literal('owned'),
  ]),
  /** The version of the map at which what it has last changed. */
  changedAt: count,
  /** For the destination: where to go on with `shards.extract` and `shards.changes`. */
  cursor: Type.Optional(Type.String()),
  changesCursor: Type.Optional(Type.String()),
  /** Of what was released, or put aside. */
  units: count,
  /** So many of them are keys, and not parts of one. */
  keys: count,
  checksum: Type.String(),
  along,
});
export type ShardsStanding = BodyOf<typeof shardsStanding>;

/** It was not done, for certain, and why. */
export const shardsRefused = message('shards.refused', {
  because: Type.Union([
    /** Ask its primary, if one is named. */
    Type.Literal('not-primary'),
    Type.Literal('starting'),
    /** It does not fit what this shard is at: the map, the slice or the phase is another one. */
    Type.Literal('out-of-step'),
    /** What was put aside is not what the source released. */
    Type.Literal('mismatch'),
    Type.Literal('limit'),
  ]),
  reason: Type.String(),
  primary: Type.Optional(Type.String()),
});
export type ShardsRefused = BodyOf<typeof shardsRefused>;

/** What a shard holds, for people: units, how many of them are keys and not parts of one, rows and bytes by table. */
export const shardsSize = message('shards.size', {});
export type ShardsSize = BodyOf<typeof shardsSize>;
export const shardsSized = message('shards.sized', {
  units: count,
  keys: count,
  tables: Type.Array(Type.Object({ table: Type.String(), rows: count, bytes: count })),
  changedAt: count,
});
export type ShardsSized = BodyOf<typeof shardsSized>;

/** Questions that are decided in the log of the shard, before they are answered. */
export const shardsDecided = [
  shardsBegin,
  shardsStage,
  shardsFence,
  shardsUnfence,
  shardsRelease,
  shardsOwn,
  shardsClean,
  shardsUndo,
] as const;
export type ShardsDecided = BodyOf<(typeof shardsDecided)[number]>;
/** Questions that only read. */
export const shardsReads = [shardsExtract, shardsChanges, shardsStatus, shardsSize] as const;
export type ShardsRead = BodyOf<(typeof shardsReads)[number]>;
export type ShardsAnswer = ShardsBundles | ShardsStanding | ShardsSized | ShardsRefused;

export type BundleShape = Static<typeof bundle>;
