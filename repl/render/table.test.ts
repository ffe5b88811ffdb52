import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plain } from '../../src/drawing/look';
import { lines } from './fixtures';
import { type Column, pairs, table } from './table';

interface Row {
  readonly id: string;
  readonly handled: number;
  readonly why: string;
}

const rows: readonly Row[] = [
  { id: 'web-1', handled: 1_234, why: '' },
  { id: '日本', handled: 5, why: 'killed by hand, to stay dead' },
];
const columns: readonly Column<Row>[] = [
  { title: 'node', cell: ({ id }) => id },
  { title: 'handled', cell: ({ handled }) => handled, keep: 1 },
  { title: 'why', cell: ({ why }) => why, keep: 2, narrow: 8 },
];

test('numbers stand on the right, texts on the left', () => {
  const expected = lines('node   handled  why', 'web-1    1,234', '日本         5  killed by hand, to stay dead');
  assert.equal(table(rows, columns, plain), expected);
});

test('a long text is cut before a column goes', () => {
  const expected = lines('node   handled  why', 'web-1    1,234', '日本         5  killed b…');
  assert.equal(table(rows, columns, { ...plain, columns: 25 }), expected);
});

test('then the least important column goes, and the rest has room again', () => {
  const expected = lines('node   why', 'web-1', '日本   killed by h…');
  assert.equal(table(rows, columns, { ...plain, columns: 19 }), expected);
});

test('what has to stay is cut where there is no room at all', () => {
  assert.equal(table(rows, columns, { ...plain, columns: 3 }), lines('no…', 'we…', '日…'));
});

test('a cell with line ends and colours of its own stays one plain line', () => {
  const wild = [{ id: 'a\nb\u001b[31m', handled: 1, why: '' }];
  assert.equal(table(wild, columns.slice(0, 1), plain), lines('node', 'a b'));
});

test('cells are painted after they are cut', () => {
  const painted: Column<Row> = { title: 'why', cell: ({ why }) => why, narrow: 8, paint: (text) => `<${text}>` };
  const text = table(rows, [painted], { columns: 14, colour: false });
  assert.match(text, /^<killed by ha…/m);
});

test('names and values', () => {
  const expected = lines('state  running', 'box    box-1, shared', '       with web-2');
  const entries = [
    ['state', 'running'],
    ['box', 'box-1, shared with web-2'],
  ] as const;
  assert.equal(pairs(entries, { ...plain, columns: 22 }), expected);
});
