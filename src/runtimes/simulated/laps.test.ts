import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { fromTheBeginning, Laps } from './laps';

test('between the last lap that counts and a moment there is one lap at least', () => {
  const laps = new Laps(3, fromTheBeginning);
  for (let us = 1; us <= 10; us++) laps.count(us * 10);
  deepEqual(laps.until(0), [0]);
  deepEqual(laps.until(30), [0], 'at that very moment the lap may not be complete');
  deepEqual(laps.until(31), [0]);
  deepEqual(laps.until(61), [0, 30]);
  deepEqual(laps.until(1_000), [0, 30, 60]);
});

test('a run that was told less counts from where it is told all, and knows the laps before', () => {
  const laps = new Laps(3, [0, 30, 60]);
  equal(laps.fromUs, 60);
  for (const us of [10, 20, 60, 61, 62, 70, 70, 70]) laps.count(us);
  deepEqual(laps.until(1_000), [0, 30, 60, 62]);
  deepEqual(laps.until(65), [0, 30, 60]);
});
