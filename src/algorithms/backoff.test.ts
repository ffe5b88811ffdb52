import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoffOf } from './backoff';

const rules = { backoffMs: 100, backoffMaxMs: 1_000 };

test('it doubles up to a bound, and of that any part may be drawn', () => {
  const most = [1, 2, 3, 4, 5, 60, 2_000].map((retry) => Math.round(backoffOf(retry, rules, 1 - Number.EPSILON)));
  assert.deepEqual(most, [100, 200, 400, 800, 1_000, 1_000, 1_000]);
  assert.equal(backoffOf(3, rules, 0), 0);
  assert.equal(backoffOf(3, rules, 0.5), 200);
});
