import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cutAfter, type Entry, type EntryType, entriesOf, inWords, pairUp } from './history';
import { brief } from './value';

/** An entry in short. */
type Row = readonly [process: string, type: EntryType, f: string, value?: unknown, time?: number];

function entries(...rows: readonly Row[]): Entry[] {
  return rows.map(([process, type, f, value, time], at) => ({ process, type, f, value, time, line: at + 1 }));
}

function paired(...rows: readonly Row[]): ReturnType<typeof pairUp> {
  return pairUp(entries(...rows));
}

describe('entries are paired to operations', () => {
  test('each from its call to its end, in the order of calls', () => {
    const operations = paired(
      ['a', 'invoke', 'write', 1],
      ['b', 'invoke', 'read', null],
      ['b', 'ok', 'read', 1],
      ['a', 'ok', 'write', 1],
    );
    assert.ok(operations.ok);
    const seen = operations.value.map(({ f, input, output, call, end, endLine }) => [
      f,
      input,
      output,
      call,
      end,
      endLine,
    ]);
    assert.deepEqual(seen, [
      ['write', 1, 1, 0, 3, 4],
      ['read', null, 1, 1, 2, 3],
    ]);
  });

  test('what nobody saw end, or ended unknown, never ends; a failure does', () => {
    const operations = paired(
      ['a', 'invoke', 'write', 1],
      ['b', 'invoke', 'write', 2],
      ['c', 'invoke', 'write', 3],
      ['b', 'unknown', 'write', 'timed out'],
      ['c', 'fail', 'write', 3],
    );
    assert.ok(operations.ok);
    const seen = operations.value.map(({ input, output, outcome, end }) => [input, output, outcome, end]);
    assert.deepEqual(seen, [
      [1, undefined, 'unknown', Number.POSITIVE_INFINITY],
      [2, undefined, 'unknown', Number.POSITIVE_INFINITY],
      [3, undefined, 'fail', 4],
    ]);
  });

  const contradictions: readonly (readonly [RegExp, number, ...Row[]])[] = [
    [/ends a read \(ok\) that it never called/, 1, ['a', 'ok', 'read', 1]],
    [/calls write while its read of line 1 is open/, 2, ['a', 'invoke', 'read'], ['a', 'invoke', 'write', 1]],
    [/ends a write, but called read in line 1/, 2, ['a', 'invoke', 'read'], ['a', 'ok', 'write', 1]],
    [
      /goes on after its outcome became unknown in line 2/,
      3,
      ['a', 'invoke', 'read'],
      ['a', 'unknown', 'read'],
      ['a', 'invoke', 'read'],
    ],
    [/time 4 is before the 5 of line 1/, 2, ['a', 'invoke', 'read', null, 5], ['a', 'ok', 'read', 1, 4]],
  ];
  for (const [reason, line, ...rows] of contradictions) {
    test(`a contradiction is refused: ${reason.source}`, () => {
      const found = paired(...rows);
      assert.ok(!found.ok);
      assert.match(found.problem.reason, reason);
      assert.equal(found.problem.line, line);
    });
  }

  test('an end on another key is refused', () => {
    const found = pairUp([
      { process: 'a', type: 'invoke', f: 'get', key: 'x', line: 1 },
      { process: 'a', type: 'ok', f: 'get', key: 'y', value: 1, line: 2 },
    ]);
    assert.ok(!found.ok);
    assert.match(found.problem.reason, /ends its get with key y, but called it with key x/);
  });
});

test('a history is cut as it stood: what ends later is open, what is called later is not there', () => {
  const operations = paired(
    ['a', 'invoke', 'write', 1],
    ['b', 'invoke', 'read'],
    ['b', 'ok', 'read', 1],
    ['a', 'ok', 'write', 1],
    ['a', 'invoke', 'write', 2],
  );
  assert.ok(operations.ok);
  const cut = cutAfter(operations.value, 2);
  assert.deepEqual(
    cut.map(({ f, outcome, output }) => [f, outcome, output]),
    [
      ['write', 'unknown', undefined],
      ['read', 'ok', 1],
    ],
  );
});

test('an operation in words', () => {
  const operations = paired(
    ['a', 'invoke', 'write', 1],
    ['a', 'ok', 'write', 1],
    ['a', 'invoke', 'read', null],
    ['a', 'ok', 'read', null],
    ['a', 'invoke', 'cas', [1, 2]],
    ['a', 'fail', 'cas', [1, 2]],
    ['a', 'invoke', 'read', null],
  );
  assert.ok(operations.ok);
  assert.deepEqual(
    operations.value.map((operation) => inWords(operation, brief)),
    ['write 1', 'read -> nil', 'cas [1,2] -> fail', 'read -> unknown'],
  );
});

test('events of a world are entries with their times', () => {
  const operation = { process: 'app-1', phase: 'invoke', f: 'read', key: 'x' } as const;
  const found = entriesOf([{ type: 'operation', atUs: 1500, node: 'app-1', operation }]);
  assert.deepEqual(found, [
    { process: 'app-1', type: 'invoke', f: 'read', key: 'x', value: undefined, time: 1500, line: 1 },
  ]);
});
