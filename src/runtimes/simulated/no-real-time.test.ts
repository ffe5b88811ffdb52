import assert from 'node:assert/strict';
import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { RealTimeError, withoutRealTime } from './no-real-time';

const reaches: Readonly<Record<string, () => unknown>> = {
  setTimeout: () => setTimeout(() => undefined, 0),
  setInterval: () => setInterval(() => undefined, 0),
  setImmediate: () => setImmediate(() => undefined),
  queueMicrotask: () => queueMicrotask(() => undefined),
  fetch: () => fetch('http://127.0.0.1'),
  'Math.random': () => Math.random(),
  'Date.now': () => Date.now(),
  'new Date()': () => new Date(),
  'Date()': () => Date(),
  'performance.now': () => performance.now(),
  'process.hrtime': () => process.hrtime(),
  'process.hrtime.bigint': () => process.hrtime.bigint(),
  'crypto.randomUUID': () => crypto.randomUUID(),
  'crypto.getRandomValues': () => crypto.getRandomValues(new Uint8Array(1)),
  'node:crypto randomUUID': () => randomUUID(),
  'node:crypto randomBytes': () => randomBytes(1),
  'node:crypto randomInt': () => randomInt(2),
};

for (const [call, reach] of Object.entries(reaches)) {
  test(`${call} throws inside, and works again outside`, () => {
    assert.throws(
      () => withoutRealTime(reach),
      (failure: unknown) => failure instanceof RealTimeError && failure.message.includes('use node.clock'),
    );
    if (!call.startsWith('set') && call !== 'fetch') assert.doesNotThrow(reach);
  });
}

test('a moment that is given is no reading of the clock', () => {
  assert.equal(
    withoutRealTime(() => new Date(0).toISOString()),
    '1970-01-01T00:00:00.000Z',
  );
  assert.equal(
    withoutRealTime(() => Date.UTC(1970, 0, 1)),
    0,
  );
});

test('inside of inside it is still out of reach, and after an error within reach again', () => {
  assert.throws(() => {
    withoutRealTime(() => {
      withoutRealTime(() => undefined);
      Math.random();
    });
  }, RealTimeError);
  const before = [setTimeout, Math.random, Date, Object.getOwnPropertyNames(performance)];
  assert.throws(
    () =>
      withoutRealTime(() => {
        throw new Error('mine');
      }),
    /mine/,
  );
  assert.deepEqual([setTimeout, Math.random, Date, Object.getOwnPropertyNames(performance)], before);
});

test('whoever listens may print', () => {
  withoutRealTime(() => process.stdout.write(''));
  withoutRealTime(() => process.nextTick(() => undefined));
});
