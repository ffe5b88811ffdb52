import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encoded } from '../../../protocols/cached-row';
import { RowsRead } from './rows-read';

const textOf = (id: number, padding = ''): string =>
  encoded({ kind: 'sql.result', columns: [], rows: [[id, padding]], changes: 0, lastId: 0, position: id });

test('each text gives its own row, read before or not, however many there were in between', () => {
  const read = new RowsRead();
  const idOf = (text: string): unknown => read.of(text)?.rows[0]?.[0];
  for (let round = 0; round < 2; round++) {
    for (let id = 1; id <= 10_000; id++) assert.deepEqual([idOf(textOf(id)), idOf(textOf(id))], [id, id]);
  }
});

test('a row is made once of a text, unless the text is long', () => {
  const read = new RowsRead();
  assert.equal(read.of(textOf(1)), read.of(textOf(1)));
  const long = textOf(1, 'x'.repeat(2_000));
  assert.deepEqual(read.of(long), read.of(long));
  assert.notEqual(read.of(long), read.of(long));
});

test('what is no row stays none', () => {
  const read = new RowsRead();
  for (const text of ['nonsense', '{}', '7', '7']) assert.equal(read.of(text), undefined);
});
