import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plain, width } from '../../src/drawing/look';
import type { SqlValue } from '../../src/protocols/sql';
import { rows } from './rows';

function done(columns: string[], found: SqlValue[][], changes = 0) {
  return { outcome: 'done', by: 'db-1', columns, rows: found, changes, lastId: 0, position: 1_043, term: 2 } as const;
}

function lines(text: string): string[] {
  return text.split('\n');
}

test('numbers stand on the right as they are, NULL can be seen, an empty text is empty', () => {
  const text = rows(
    done(
      ['id', 'name'],
      [
        [9, 'Ada'],
        [12_345, null],
        [null, ''],
      ],
    ),
    false,
    plain,
  );
  assert.deepEqual(lines(text), [
    '   id  name',
    '    9  Ada',
    '12345  NULL',
    ' NULL',
    '3 rows from db-1 at log position 1043, term 2',
  ]);
});

test('a write says what it changed and where that stands in the log', () => {
  assert.equal(rows(done([], [], 1), false, plain), '1 row changed, log position 1043, term 2');
  assert.match(rows(done(['id'], [[1], [2]], 2), false, plain), /^id\n 1\n 2\n2 rows changed, log/);
});

test('what is long is cut and counted', () => {
  const many = done(
    ['n'],
    Array.from({ length: 1_234 }, (_, at) => [at]),
  );
  assert.equal(lines(rows(many, false, plain)).length, 23);
  assert.match(rows(many, false, plain), /\n1,234 rows from .*; 1,214 more: --all shows them/);
  assert.equal(lines(rows(many, true, plain)).filter((line) => /^ *\d+$/.test(line)).length, 1_234);
});

test('no rows are no table', () => {
  assert.equal(rows(done(['id'], []), false, plain), '0 rows from db-1 at log position 1043, term 2');
});

test('long texts are cut; what is still too wide stands upright, each column on its line', () => {
  const wide = rows(done(['a', 'b', 'c'], [['x'.repeat(60), 'y'.repeat(60), 1]]), false, plain);
  assert.match(wide, /^a +b +c\nx+… +y+ +1\n/);
  const names = Array.from({ length: 9 }, (_, at) => `a_long_name_${at}`);
  const upright = rows(done(names, [names, names]), false, plain);
  assert.match(upright, /^a_long_name_0 +a_long_name_0\na_long_name_1/);
  for (const line of [...lines(wide), ...lines(upright)]) assert.ok(width(line) <= 80, line);
});

test('what came of a write may be unknown', () => {
  const text = rows({ outcome: 'unknown', by: 'db-1', reason: 'db-1 lost its office' }, false, plain);
  assert.equal(text, 'unknown: db-1 lost its office; it may be done, now or later, or lost');
});

test('nothing in the data moves or colours the text', () => {
  const text = rows(done(['a\nb'], [['\u001b[31mred\nnext']]), false, plain);
  assert.deepEqual(lines(text).slice(0, 2), ['a b', 'red next']);
});
