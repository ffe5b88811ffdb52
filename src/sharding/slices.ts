/**
 * What a move is cut into: one slice for each pair of shards between which anything may move, more where there is much.
 * No pair may be forgotten, or its keys would have no way to go; where theory leaves any doubt, all pairs are there, since
 * an empty slice costs a few messages only.
 */
import type { Placement, Slice } from '../protocols/shard-map';
import { shardsOf } from './change';
import { expectedShare, weightOf } from './expected-share';
import { Placer } from './placement';

export interface SliceSizes {
  /** Units that there are, in all shards. */
  readonly units: number;
  /** So many units go over at a time, about. */
  readonly unitsPerSlice: number;
}

/** At most so many slices per move: each is a version of the map. */
const slicesMax = 1_000;

/** Portion after portion over all pairs, so that the work is on all shards alike. */
export function slicesOf(base: Placement, next: Placement, { units, unitsPerSlice }: SliceSizes): readonly Slice[] {
  const pairs = pairsOf(base, next);
  const wanted = Math.ceil((units * expectedShare(base, next)) / unitsPerSlice / Math.max(1, pairs.length));
  const of = Math.max(1, Math.min(wanted, Math.floor(slicesMax / Math.max(1, pairs.length))));
  return Array.from({ length: of }, (_, portion) => pairs.map(([from, to]) => ({ from, to, portion, of }))).flat();
}

type Pair = readonly [from: string, to: string];

/** Pairs of shards between which a key may move. */
function pairsOf(base: Placement, next: Placement): readonly Pair[] {
  return (
    newSplit(base, next) ??
    newSplit(next, base)?.map(turned) ??
    isolation(base, next) ??
    growth(base, next) ??
    growth(next, base)?.map(turned) ??
    all(shardsOf(base), shardsOf(next))
  );
}

/** One more split at the end: what goes over comes from the shard that is split, and from nowhere else. */
function newSplit(base: Placement, next: Placement): readonly Pair[] | undefined {
  const last = next.splits.at(-1);
  if (last === undefined || !same({ ...base, splits: [] }, { ...next, splits: [] })) return undefined;
  return same(base.splits, next.splits.slice(0, -1)) ? [[last.shard, last.into]] : undefined;
}

/** Only isolated keys differ: to and from their shards. */
function isolation(base: Placement, next: Placement): readonly Pair[] | undefined {
  if (!same({ ...base, isolated: [] }, { ...next, isolated: [] })) return undefined;
  const [before, after] = [new Placer(base), new Placer(next)];
  const keys = new Set([...base.isolated, ...next.isolated].map(({ key }) => key));
  const pairs = [...keys].flatMap((key) => all(before.placesOf(key), after.placesOf(key)));
  return [...new Map(pairs.map((pair) => [pair.join('\n'), pair])).values()];
}

/** Methods under which shards that come only take, and nothing moves between those that were there. */
function growth(base: Placement, next: Placement): readonly Pair[] | undefined {
  const { method, ketama, weights } = base;
  const grown = next.shards.filter((shard) => !base.shards.includes(shard));
  const old = next.shards.filter((shard) => base.shards.includes(shard));
  if (grown.length === 0 || !same(old, base.shards) || !same(settings(base), settings(next))) return undefined;
  const isLike = isEven(base) === isEven(next) && old.every((shard) => weightOf(base, shard) === weightOf(next, shard));
  const isMonotonic =
    method === 'jump'
      ? same(base.shards, next.shards.slice(0, base.shards.length))
      : // With ketama the points of each shard depend on the weights of all.
        isLike && (method === 'rendezvous' || (method === 'ring' && (ketama !== true || weights === undefined)));
  return isMonotonic ? all(shardsOf({ ...base, isolated: [] }), grown) : undefined;
}

function settings({ shards: _shards, weights: _weights, ...rest }: Placement): object {
  return rest;
}

/** Where weights differ, rendezvous reckons otherwise, and rounds otherwise. */
function isEven(placement: Placement): boolean {
  return new Set(placement.shards.map((shard) => weightOf(placement, shard))).size <= 1;
}

function all(from: readonly string[], to: readonly string[]): readonly Pair[] {
  return from.flatMap((one) => to.flatMap((other): Pair[] => (one === other ? [] : [[one, other]])));
}

function turned([from, to]: Pair): Pair {
  return [to, from];
}

/** Plain data that say the same in the same order. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
