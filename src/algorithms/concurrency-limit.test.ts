import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConcurrencyLimit } from './concurrency-limit';

const rules = { least: 2, most: 100 };

test('late answers bring it down to the least, answers in time up again, not beyond the most', () => {
  const limit = new ConcurrencyLimit(() => rules);
  assert.equal(limit.now, 100);
  for (let i = 0; i < 100; i++) limit.tooLate();
  assert.equal(limit.now, 2);
  const grown: number[] = [];
  for (let i = 0; i < 20_000; i++) {
    limit.inTime(limit.now);
    if (limit.now > (grown.at(-1) ?? 2)) grown.push(limit.now);
  }
  assert.deepEqual(
    grown,
    Array.from({ length: 98 }, (_, i) => i + 3),
  );
});

test('a limit that nobody reaches stays where it is', () => {
  const limit = new ConcurrencyLimit(() => rules);
  for (let i = 0; i < 20; i++) limit.tooLate();
  const before = limit.now;
  for (let i = 0; i < 1_000; i++) limit.inTime(1);
  assert.equal(limit.now, before);
});

test('it finds what a server can do: as many as are answered in time, and hardly any too late', () => {
  // Somebody who serves ten at a time: the twelfth is too late.
  const limit = new ConcurrencyLimit(() => rules);
  let late = 0;
  for (let i = 0; i < 5_000; i++) {
    if (limit.now > 11) {
      late++;
      limit.tooLate();
    } else limit.inTime(limit.now);
  }
  assert.ok(limit.now >= 9 && limit.now <= 12, String(limit.now));
  assert.ok(late < 500, String(late));
});
