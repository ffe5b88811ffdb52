/** What a conductor does next: from what is decided and what two shards said last, step by step. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Placement, ShardMap } from '../protocols/shard-map';
import type { ShardsAnswer, ShardsStanding } from '../protocols/shards';
import { decide, founded, mapOf, moveOf } from './deciding';
import type { Decision, Move, PlacementState } from './decisions';
import { MoveHearing } from './move-hearing';
import { type Ask, type Decided, type Heard, heardNothing, paceDefaults, type Step } from './move-step';
import { MovePlan } from './moving';
import { slicesOf } from './slices';

const base: Placement = { method: 'jump', shards: ['a', 'b'], splits: [], isolated: [] };
const next: Placement = { ...base, shards: ['a', 'b', 'c'] };
const map: ShardMap = { family: 'sql', version: 1, tables: [], base };
const change = { what: 'add', count: 1 } as const;
const pace = { ...paceDefaults, chunkUnits: 10, fewUnits: 2, fenceMs: 100, retryMs: 50 };
const plan = new MovePlan(pace);
const hearing = new MoveHearing(pace);

function begun(unitsPerSecond = 0): PlacementState {
  const want: Decision = {
    what: 'want',
    family: 'sql',
    version: 1,
    change,
    text: '',
    next,
    newShards: [],
    unitsPerSecond,
  };
  const slices = [...slicesOf(base, next, { units: 100, unitsPerSlice: 10 })];
  const start = { what: 'start', family: 'sql', number: 1, slices, keysBefore: 100, expectedShare: 1 / 3 } as const;
  return decide(decide(founded([map], {}), want), start);
}

function decidedIn(state: PlacementState): Decided {
  const [move, now] = [moveOf(state, 'sql'), mapOf(state, 'sql')];
  assert.ok(move !== undefined && now !== undefined);
  return { move, map: now };
}

const stands = (phase: ShardsStanding['phase'], more: Partial<ShardsStanding> = {}): ShardsStanding => ({
  kind: 'shards.standing',
  phase,
  changedAt: 1,
  units: 0,
  keys: 0,
  checksum: '',
  ...more,
});
const bundles = (count: number, isEnd: boolean): ShardsAnswer => ({
  kind: 'shards.bundles',
  bundles: Array.from({ length: count }, (_, key) => ({ key, contents: 'x' })),
  position: 7,
  next: `[${count}]`,
  isEnd,
});

/** Plays the plan against answers to its questions, in their order; what it asked, and what it does after that. */
function play(state: PlacementState, answers: readonly ShardsAnswer[], nowMs = 0): readonly [string[], Step, Heard] {
  const decided = decidedIn(state);
  let heard = heardNothing(decided.map.version);
  const asked: string[] = [];
  for (const answer of answers) {
    const step = plan.next(decided, heard, nowMs);
    const ask = askOf(step);
    asked.push(`${ask.shard} ${ask.body.kind.slice('shards.'.length)}`);
    heard = hearing.learn(decided, heard, ask, answer, nowMs);
  }
  return [asked, plan.next(decided, heard, nowMs), heard];
}

function askOf(step: Step): Ask {
  assert.ok(step.what === 'ask', JSON.stringify(step));
  return step;
}

const says = (step: Step): string =>
  step.what === 'ask' ? `${step.shard} ${step.body.kind}` : step.what === 'decide' ? step.decision.what : step.what;

test('after a step of the copy it rests as long as users need, unless a rate is wanted or writes are kept out', () => {
  const restAfter = (unitsPerSecond: number, source: ShardsStanding): Step => {
    const decided = decidedIn(begun(unitsPerSecond));
    const at = { ...heardNothing(decided.map.version), source, destination: stands('staging') };
    const ask = askOf(plan.next(decided, at, 1_000));
    assert.equal(ask.body.kind, 'shards.extract');
    return plan.next(decided, hearing.learn(decided, at, ask, bundles(10, false), 1_000, 30), 1_000);
  };
  const rest = restAfter(0, stands('copying'));
  assert.deepEqual(rest, { what: 'wait', ms: 60, saying: 'resting, so that users come first' });
  assert.equal(restAfter(200, stands('copying')).what, 'ask');
  assert.equal(restAfter(0, stands('fenced')).what, 'ask');
});

describe('a slice', () => {
  test('is copied, caught up with, fenced, released, owned, switched, and cleaned', () => {
    const state = begun();
    const [asked, then] = play(state, [
      stands('copying'),
      stands('staging'),
      bundles(10, false),
      stands('staging', { cursor: '[10]' }),
      bundles(3, true),
      stands('staging', { cursor: '[3]' }),
      bundles(5, true),
      stands('staging', { cursor: '[3]', changesCursor: '[5]' }),
      bundles(0, true),
      stands('fenced'),
      bundles(1, true),
      stands('staging', { cursor: '[3]', changesCursor: '[1]' }),
      stands('released', { units: 13, keys: 12, checksum: 'c' }),
      stands('owned'),
    ]);
    assert.deepEqual(asked, [
      'a begin',
      'c begin',
      'a extract',
      'c stage',
      'a extract',
      'c stage',
      'a changes',
      'c stage',
      'a changes',
      'a fence',
      'a changes',
      'c stage',
      'a release',
      'c own',
    ]);
    assert.ok(then.what === 'decide' && then.decision.what === 'switch');
    assert.equal(then.decision.keys, 12);
    const after = decide(state, then.decision);
    assert.deepEqual([mapOf(after, 'sql')?.version, mapOf(after, 'sql')?.move?.done], [3, 1]);
    assert.equal(says(play(after, [])[1]), 'a shards.clean');
  });

  test('is gone on with from what both say, by whoever takes over', () => {
    const released = stands('released', { units: 3, checksum: 'c' });
    assert.equal(says(play(begun(), [released, stands('owned')])[1]), 'switch');
    assert.equal(says(play(begun(), [released, stands('staging')])[1]), 'c shards.own');
    const [, resumed] = play(begun(), [stands('copying'), stands('staging', { cursor: '[41]' })]);
    assert.ok(resumed.what === 'ask' && resumed.body.kind === 'shards.extract');
    assert.equal(resumed.body.after, '[41]');
  });

  test('is given up by the destination first, if what it put aside is not what was released', () => {
    const mismatch: ShardsAnswer = { kind: 'shards.refused', because: 'mismatch', reason: 'not the same' };
    const state = begun();
    const [, waits, heard] = play(state, [stands('released'), stands('staging'), mismatch]);
    assert.deepEqual([says(waits), waits.saying], ['wait', 'not the same']);
    const decided = decidedIn(state);
    const first = plan.next(decided, heard, 50);
    assert.equal(says(first), 'c shards.undo');
    const second = plan.next(decided, hearing.learn(decided, heard, askOf(first), stands('none'), 50), 50);
    assert.equal(says(second), 'a shards.undo');
    const undone = hearing.learn(decided, { ...heard, undo: 'source' }, askOf(second), stands('none'), 50);
    const again = plan.next(decided, undone, 50);
    assert.ok(again.what === 'decide');
    const after = decide(state, again.decision);
    assert.deepEqual([mapOf(after, 'sql')?.version, moveOf(after, 'sql')?.attempts], [3, 1]);
  });

  test('is not kept fenced for longer than that', () => {
    const state = begun();
    const [, , heard] = play(state, [stands('fenced'), stands('staging'), bundles(0, true)]);
    const decided = decidedIn(state);
    assert.equal(says(plan.next(decided, heard, 99)), 'a shards.changes');
    const late = plan.next(decided, heard, 100);
    assert.equal(says(late), 'a shards.unfence');
    const lifted = hearing.learn(decided, heard, askOf(late), stands('copying'), 100);
    assert.equal(says(plan.next(decided, lifted, 120)), 'wait');
    assert.equal(says(plan.next(decided, lifted, 150)), 'a shards.changes');
  });

  test('waits as the rate wants it, and rests while it is paused, but not under the fence', () => {
    const [, waits] = play(begun(100), [stands('copying'), stands('staging'), bundles(10, false), stands('staging')]);
    assert.deepEqual(waits, { what: 'wait', ms: 100, saying: 'copying at 100 units/s' });
    const paused = decide(begun(), { what: 'pause', family: 'sql', number: 1 });
    assert.equal(says(play(paused, [stands('copying'), stands('staging')])[1]), 'rest');
    assert.equal(says(play(paused, [stands('fenced'), stands('staging')])[1]), 'a shards.extract');
  });
});

describe('a move that is given up', () => {
  const aborted = decide(begun(), { what: 'abort', family: 'sql', number: 1 });

  test('undoes the slice under way and turns back; what the destination has already goes on to the switch', () => {
    const [asked, then] = play(aborted, [stands('copying'), stands('staging'), stands('none'), stands('none')]);
    assert.deepEqual(asked, ['a begin', 'c begin', 'c undo', 'a undo']);
    assert.equal(says(then), 'turn');
    assert.equal(says(play(aborted, [stands('released'), stands('owned')])[1]), 'switch');
  });

  test('ends with the placement that it began with', () => {
    const switched = decide(aborted, { what: 'switch', family: 'sql', version: 3, keys: 5 });
    const turned = decide(switched, { what: 'turn', family: 'sql', version: 4 });
    const { move, map: now } = decidedIn(turned);
    assert.deepEqual([move.keysMoved, now.move?.slices.length, now.move?.done], [5, 4, 3]);
    const back = decide(turned, { what: 'switch', family: 'sql', version: 5, keys: 5 });
    const moved = decide(back, { what: 'moved', family: 'sql', version: 6 });
    assert.deepEqual([mapOf(moved, 'sql')?.base, mapOf(moved, 'sql')?.move], [base, undefined]);
    const ended = decide(moved, { what: 'end', family: 'sql', number: 1 });
    assert.deepEqual([ended.moves, ended.ended.length], [[], 1]);
  });
});

test('a decision that comes too late, or of a conductor that is deposed, changes nothing', () => {
  const state = begun();
  const late: readonly Decision[] = [
    { what: 'switch', family: 'sql', version: 2, keys: 1 },
    { what: 'switch', family: 'sql', version: 4, keys: 1 },
    { what: 'turn', family: 'sql', version: 3 },
    { what: 'moved', family: 'sql', version: 3 },
    { what: 'abort', family: 'sql', number: 2 },
    { what: 'end', family: 'sql', number: 1 },
    { what: 'give-up', family: 'sql', number: 1, reason: '' },
    { what: 'pause', family: 'kv', number: 1 },
    { what: 'want', family: 'sql', version: 2, change, text: '', next, newShards: [], unitsPerSecond: 0 },
  ];
  for (const one of late) assert.equal(decide(state, one), state, JSON.stringify(one));
  const move: Move | undefined = moveOf(state, 'sql');
  assert.equal(move?.stage, 'moving');
});
