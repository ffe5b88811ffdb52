import assert from 'node:assert/strict';
import { test } from 'node:test';
import { experienceOf, staleReads } from './experience';
import { type Entry, pairUp } from './history';

type Step = readonly [process: string, type: Entry['type'], f: string, value?: unknown, atMs?: number];

function operations(steps: readonly Step[]) {
  const reading = pairUp(
    steps.map(([process, type, f, value, atMs], at) => ({
      process,
      type,
      f,
      key: 'user:1',
      value,
      time: (atMs ?? at) * 1000,
      line: at + 1,
    })),
  );
  if (!reading.ok) assert.fail(reading.problem.reason);
  return reading.value;
}

const write = (value: string): Step[] => [
  ['w', 'invoke', 'write', value],
  ['w', 'ok', 'write', value],
];
const read = (value: string | null): Step[] => [
  ['r', 'invoke', 'read'],
  ['r', 'ok', 'read', value],
];

test('a read of what was replaced is stale, a read of the newest is not', () => {
  assert.equal(staleReads(operations([...write('a'), ...write('b'), ...read('a')])).length, 1);
  assert.equal(staleReads(operations([...write('a'), ...write('b'), ...read('b')])).length, 0);
  assert.equal(staleReads(operations([...write('a'), ...read('there at first')])).length, 1);
  assert.equal(staleReads(operations([...read('there at first'), ...write('a')])).length, 0);
});

test('what overlaps may come in either order, and what nobody knows may come late', () => {
  const [called, ended] = write('b');
  assert.ok(called !== undefined && ended !== undefined);
  assert.equal(staleReads(operations([...write('a'), called, ...read('a'), ended])).length, 0);
  assert.equal(staleReads(operations([...write('a'), called, ['w', 'unknown', 'write', 'b'], ...read('a')])).length, 0);
  const late: Step[] = [
    ['x', 'invoke', 'write', 'late'],
    ['x', 'unknown', 'write', 'late'],
  ];
  assert.equal(staleReads(operations([...late, ...write('a'), ...read('late')])).length, 0);
});

test('a value that was written twice tells nothing', () => {
  assert.equal(staleReads(operations([...write('a'), ...write('b'), ...write('a'), ...read('a')])).length, 0);
});

test('operations are counted by how they ended, and those that went well are timed', () => {
  const lived = experienceOf(
    operations([
      ['p', 'invoke', 'read', undefined, 0],
      ['p', 'ok', 'read', null, 10],
      ['q', 'invoke', 'read', undefined, 10],
      ['q', 'ok', 'read', null, 40],
      ['p', 'invoke', 'write', 'a', 50],
      ['p', 'fail', 'write', 'a', 1_050],
      ['p', 'invoke', 'write', 'b', 1_060],
      ['p', 'unknown', 'write', 'b', 6_060],
    ]),
  );
  assert.deepEqual([lived.operations, lived.ok, lived.failed, lived.unknown], [4, 2, 1, 1]);
  assert.equal(lived.maxMs, 30);
  assert.ok(Math.abs(lived.p50Ms - 10) < 0.2);
});
