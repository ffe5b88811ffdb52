import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ControlledDelay } from './controlled-delay';

test('a burst may wait, a standing queue may not, and once it was empty a burst may wait again', () => {
  const delay = new ControlledDelay(() => ({ intervalMs: 100, targetMs: 5 }));
  assert.equal(delay.allowedMs(0), 100);
  delay.joined(1_000);
  delay.joined(1_050);
  assert.equal(delay.allowedMs(1_100), 100);
  assert.equal(delay.allowedMs(1_101), 5);
  delay.emptied();
  assert.equal(delay.allowedMs(1_101), 100);
  delay.joined(1_200);
  assert.equal(delay.allowedMs(1_250), 100);
  assert.equal(delay.allowedMs(1_301), 5);
});
