/**
 * The life of a map: a move begins, its slices are switched one after the other, it is finished, or it is turned round
 * and goes back to where it came from. Each of these is a version of its own.
 */
import type { Placement, ShardMap, Slice } from '../protocols/shard-map';

/** A step that this map cannot take. */
export class MapError extends Error {
  override name = 'MapError';
}

/** A move to another placement begins; nothing has moved yet. */
export function begun(map: ShardMap, next: Placement, slices: readonly Slice[]): ShardMap {
  if (map.move !== undefined) throw new MapError(`a move of ${map.family} is under way: finish or abort it first`);
  return { ...map, version: map.version + 1, move: { next, slices: [...slices], done: 0 } };
}

/** The slice that is to be moved next; none when all have been. */
export function sliceToMove({ move }: ShardMap): Slice | undefined {
  return move?.slices[move.done];
}

/** That slice is with its new shard from now on. */
export function switched(map: ShardMap): ShardMap {
  const { move } = map;
  if (move === undefined || move.done >= move.slices.length) throw new MapError('there is no slice left to switch');
  return { ...map, version: map.version + 1, move: { ...move, done: move.done + 1 } };
}

/** All slices are with their new shards: that is how things are now. */
export function finished(map: ShardMap): ShardMap {
  const { move, ...rest } = map;
  if (move === undefined || move.done < move.slices.length) throw new MapError('not all slices have been moved');
  return { ...rest, version: map.version + 1, base: move.next };
}

/**
 * Back to where it was: what had come over is what is to be moved now, the other way, and what had not counts as moved.
 * No key is anywhere else by that. Turned round twice, a move is what it was.
 */
export function reversed(map: ShardMap): ShardMap {
  const { move } = map;
  if (move === undefined) throw new MapError('no move is under way');
  const back = move.slices.map(({ from, to, portion, of }) => ({ from: to, to: from, portion, of }));
  const slices = [...back.slice(move.done), ...back.slice(0, move.done)];
  const done = move.slices.length - move.done;
  return { ...map, version: map.version + 1, base: move.next, move: { next: map.base, slices, done } };
}
