/** How moves of keys read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plain, width } from '../../src/drawing/look';
import type { MoveProgress } from '../../src/protocols/placement';
import { brief, move, moves } from './moves';

const half: MoveProgress = {
  family: 'sql',
  text: '+1 shard',
  state: 'moving',
  slices: 8,
  done: 4,
  keysMoved: 1_230,
  keysBefore: 10_000,
  expectedShare: 0.2,
  now: 'shard-2 → shard-5: copying at 500 units/s',
};
const lines = (text: string): string[] => text.split('\n');

test('a move under way has a bar, its figures, and what is being done', () => {
  assert.deepEqual(lines(move(half, plain)), [
    'sql +1 shard  moving',
    `${'█'.repeat(20)}${'░'.repeat(20)}  4 of 8 slices, 1,230 keys over`,
    'shard-2 → shard-5: copying at 500 units/s',
  ]);
  assert.equal(brief(half), 'moving: 4 of 8 slices, 1,230 of 10,000 keys over');
  for (const columns of [20, 40, 60, 80, 120]) {
    for (const line of lines(move(half, { columns, colour: true }))) assert.ok(width(line) <= columns, line);
  }
});

test('before anything moves it is said what it waits for', () => {
  const ordering: MoveProgress = {
    ...half,
    state: 'ordering',
    slices: 0,
    done: 0,
    keysMoved: 0,
    now: 'ordering db-13',
  };
  assert.deepEqual(lines(move(ordering, plain)).slice(1), ['ordering db-13']);
  assert.equal(brief(ordering), 'ordering: ordering db-13');
});

test('in the end it is told what moved beside what theory says', () => {
  const done: MoveProgress = { ...half, state: 'done', done: 8, keysMoved: 2_043, now: 'all is where it is to be' };
  const text = move(done, plain).replaceAll('\n', ' ');
  assert.match(text, /^sql \+1 shard {2}done 2,043 of 10,000 keys moved: 20\.4%; theory says 20\.0% ± 0\.8%/);
  const few = (keysMoved: number, keysBefore: number, expectedShare: number): string =>
    move({ ...done, keysMoved, keysBefore, expectedShare }, { ...plain, columns: 120 }).split('\n')[1] ?? '';
  assert.equal(few(1, 1, 1 / 3), '1 of 1 key moved; too few for theory to tell how many should');
  assert.equal(few(5, 12, 1 / 3), '5 of 12 keys moved; theory says 1 to 7, in 19 cases of 20');
  assert.equal(few(3, 3, 1), '3 of 3 keys moved; theory says 3');
  assert.equal(few(12, 30, 1 / 3), '12 of 30 keys moved: 40.0%; theory says 33.3% ± 17.2% (two standard errors)');
  const none: MoveProgress = { ...done, keysBefore: 0, keysMoved: 0 };
  assert.match(move(none, plain), /there was nothing to move/);
  const aborted: MoveProgress = { ...half, state: 'aborted', now: 'no machine for shard-5: no capacity' };
  assert.deepEqual(lines(move(aborted, plain)), ['sql +1 shard  aborted', 'no machine for shard-5: no capacity']);
});

test('where nothing moves, is sharded or decides, that is said', () => {
  const all = { decides: 'placement-1', families: ['sql'], moves: [] } as const;
  assert.equal(moves(all, plain), 'nothing moves, and nothing has moved (sql)');
  assert.equal(moves({ ...all, families: [] }, plain), 'nothing is sharded here');
  assert.match(moves({ families: ['sql'], moves: [half] }, plain), /nobody decides now/);
});
