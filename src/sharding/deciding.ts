/**
 * The state machine of those who keep the maps: where each decision leads to. One that comes too late, from somebody who
 * leads no more, changes nothing.
 */
import type { ShardMap } from '../protocols/shard-map';
import type { Decision, Move, PlacementState } from './decisions';
import { begun, finished, reversed, sliceToMove, switched } from './map-steps';

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
