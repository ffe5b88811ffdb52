import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dataLines, dataText } from './data';
import { lines } from './fixtures';

test('members under each other, small things in one line', () => {
  const view = {
    rows: 12_345,
    tables: ['users', 'phones'],
    log: { position: 12, pending: undefined, last: { term: 1 } },
    servers: [
      { id: 'web-1', open: 3 },
      { id: 'web-2', reason: 'it has not answered three checks in a row, so it is out' },
    ],
    empty: {},
    none: null,
    ratio: 1 / 3,
  };
  const expected = lines(
    'rows: 12345',
    'tables: [users, phones]',
    'log:',
    '  position: 12',
    '  last: { term: 1 }',
    'servers:',
    '  - { id: web-1, open: 3 }',
    '  - id: web-2',
    '    reason: it has not answered three checks in a row, so it is out',
    'empty: {}',
    'none: null',
    'ratio: 0.333333',
  );
  assert.equal(dataLines(view).join('\n'), expected);
});

test('a long view is cut', () => {
  const numbers = Object.fromEntries(Array.from({ length: 1_500 }, (_, at) => [`n${at}`, at]));
  assert.deepEqual(dataLines(numbers, 3), ['n0: 0', 'n1: 1', '… 1,498 more lines']);
});

test('a deep one, or one that holds itself, ends', () => {
  const ring: { self?: unknown } = {};
  ring.self = ring;
  assert.match(dataText(ring), /\{…\}/);
  assert.ok(dataLines(ring).length < 20);
});

test('nothing and text', () => {
  assert.equal(dataText(undefined), 'nothing');
  assert.deepEqual(dataLines('two\nlines\u001b[31m'), ['two', 'lines']);
});
