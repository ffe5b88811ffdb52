/**
 * A move in words and numbers, for people.
 */
import type { Change, MoveProgress } from '../protocols/placement';
import type { ShardMap } from '../protocols/shard-map';
import type { Move } from './decisions';

/** What is wanted: `+1 shard`, `split shard-2`, `to ring`. */
export function changeText(change: Change): string {
  switch (change.what) {
    case 'add':
      return `+${change.count} shard${change.count === 1 ? '' : 's'}`;
    case 'remove':
      return `remove ${change.shard}`;
    case 'split':
      return `split ${change.shard}`;
    case 'method':
      return `to ${change.method}`;
    case 'isolate':
      return `isolate ${change.key}${change.ways === 1 ? '' : ` in ${change.ways} ways`}`;
    case 'rejoin':
      return `rejoin ${change.key}`;
  }
}

/** A move under way. @param now what is being done at the moment, or what it waits for. */
export function progressOf(move: Move, map: ShardMap, now: string): MoveProgress {
  const over = map.move === undefined ? 0 : slicesOver(move, map.move);
  const done = move.stage === 'retiring' && !move.isAborting ? move.slices : over;
  return { ...numbersOf(move), state: stateOf(move), done, now };
}

/** A move that has ended. */
export function ended(move: Move): MoveProgress {
  const now = move.reason ?? (move.isAborting ? 'back to where it was' : 'all is where it is to be');
  const done = move.isAborting ? 0 : move.slices;
  return { ...numbersOf(move), state: move.isAborting ? 'aborted' : 'done', done, now };
}

function numbersOf({
  family,
  text,
  slices,
  keysMoved,
  keysBefore,
  expectedShare,
}: Move): Omit<MoveProgress, 'state' | 'done' | 'now'> {
  return { family, text, slices, keysMoved, keysBefore, expectedShare };
}

function stateOf({ stage, isPaused, isAborting }: Move): MoveProgress['state'] {
  if (isPaused) return 'paused';
  if (isAborting) return 'aborting';
  return stage === 'ordering' ? 'ordering' : 'moving';
}

/** How many slices are with their new shards; of a move that goes back, how many are still there. */
function slicesOver({ hasTurned }: Move, { slices, done }: NonNullable<ShardMap['move']>): number {
  return hasTurned ? slices.length - done : done;
}
