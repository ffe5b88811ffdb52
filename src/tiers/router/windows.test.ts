/** What was counted over the last one to two windows of time, and no longer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Windows } from './windows';

test('each count is remembered for one to two windows, however long nobody looks', () => {
  const windows = new Windows<number[]>(
    () => [],
    () => 10,
    0,
  );
  windows.at(3).push(3);
  assert.deepEqual(windows.all(9), { counted: [[3]], windowMs: 9 });
  windows.at(12).push(12);
  assert.deepEqual(windows.all(19), { counted: [[3], [12]], windowMs: 19 });
  assert.deepEqual(windows.all(20), { counted: [[12], []], windowMs: 10 });
  windows.at(25).push(25);
  assert.deepEqual(windows.all(60), { counted: [[]], windowMs: 0 });
  windows.at(61).push(61);
  assert.deepEqual(windows.all(75), { counted: [[61], []], windowMs: 15 });
});
