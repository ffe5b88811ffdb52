import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plain } from '../../src/drawing/look';
import { faultList } from './faults';
import { lines } from './fixtures';

const cut = { id: 1, text: 'partition web-1 | db-1', hits: 0, undo: 'heal 1' };
const slow = { id: 12, text: 'slow web-1 200ms', hits: 1_234, undo: 'restore 12' };

test('each fault with its hits and its undo', () => {
  const expected = lines(
    'fault  what                     hits  undo',
    '    1  partition web-1 | db-1      0  heal 1',
    '   12  slow web-1 200ms        1,234  restore 12',
    'heal all takes them all back',
  );
  assert.equal(faultList([cut, slow], plain), expected);
});

test('one that struck nothing stands out', () => {
  const look = { columns: 80, colour: true };
  assert.ok(faultList([cut], look).includes('\u001b[33m0\u001b[39m'));
  assert.ok(!faultList([slow], look).includes('\u001b[33m'));
});

test('none', () => assert.equal(faultList([], plain), 'no fault is in force'));
