import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axisOf } from './axis';

test('what follows each other closely has room, however long nothing happens between', () => {
  const axis = axisOf([0, 10, 20, 30, 5_000_000, 5_000_010]);
  assert.equal(axis.place(0), 0);
  assert.equal(axis.place(5_000_010), 1);
  assert.equal(axis.place(-5), 0);
  assert.ok(axis.place(20) - axis.place(10) > 0.05);
  assert.ok(axis.place(10) < axis.place(15) && axis.place(15) < axis.place(20));
  assert.deepEqual(axis.labelled, [0, 5_000_000, 5_000_010]);
  assert.deepEqual(axis.cuts, [{ from: axis.place(30), to: axis.place(5_000_000) }]);
});

test('one moment, or none, is an axis as well', () => {
  assert.equal(axisOf([]).place(5), 1);
  assert.equal(axisOf([7]).place(7), 0);
});
