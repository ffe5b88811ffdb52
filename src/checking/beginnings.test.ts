import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromTheMiddle, withBeginnings } from './beginnings';
import { type Entry, type EntryType, pairUp } from './history';
import { checkLinearizability } from './linearizability';
import { register } from './models/register';

function entry(process: string, type: EntryType, f: string, key: string, value?: unknown): Entry {
  return { process, type, f, key, value, line: 0 };
}

function verdict(entries: readonly Entry[]): string {
  const reading = pairUp(withBeginnings(entries));
  if (!reading.ok) assert.fail(reading.problem.reason);
  return checkLinearizability(reading.value, register).verdict;
}

const read = (key: string, value: unknown): Entry[] => [
  entry('r', 'invoke', 'read', key),
  entry('r', 'ok', 'read', key, value),
];
const write = (key: string, value: unknown): Entry[] => [
  entry('w', 'invoke', 'write', key, value),
  entry('w', 'ok', 'write', key, value),
];

test('each object begins with what was read before anybody wrote', () => {
  const both = [
    ...read('a', 'Lopez'),
    ...read('b', 'King'),
    ...write('a', 'x'),
    ...read('a', 'x'),
    ...read('b', 'King'),
  ];
  assert.equal(verdict(both), 'linearizable');
});

test('what was there at first and comes back after a write is a violation still', () => {
  assert.equal(verdict([...read('a', 'Lopez'), ...write('a', 'x'), ...read('a', 'Lopez')]), 'violation');
});

test('a second value that nobody wrote stays out of nowhere', () => {
  assert.equal(verdict([...read('a', 'Lopez'), ...read('a', 'King')]), 'violation');
});

test('a write of unknown fate is no beginning', () => {
  const late = [entry('x', 'invoke', 'write', 'a', 'late'), entry('x', 'unknown', 'write', 'a', 'late')];
  assert.equal(withBeginnings([...late, ...read('a', 'late')]).length, 4);
});

test('a history that begins in the middle loses the ends of what it did not see begin', () => {
  const whole = [...write('a', 'x'), ...read('a', 'x')];
  assert.deepEqual(fromTheMiddle(whole.slice(1)), whole.slice(2));
});
