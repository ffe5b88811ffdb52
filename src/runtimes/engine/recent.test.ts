import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Mail } from '../../kernel/envelope';
import type { WorldEvent } from '../../kernel/events';
import { Recent } from './recent';

const envelope = new Mail('web-1', 1, undefined, undefined, undefined, false, { kind: 'ping' });
const history: readonly WorldEvent[] = [
  { type: 'log', atUs: 1, node: 'web-1', level: 'info', text: 'first' },
  { type: 'sent', atUs: 2, node: 'client-1', envelope },
  { type: 'delivered', atUs: 3, node: 'web-1', envelope },
  { type: 'dropped', atUs: 4, node: 'web-1', envelope, reason: 'mailbox full' },
  { type: 'handled', atUs: 5, node: 'web-1', envelope },
  { type: 'gauge', atUs: 6, node: 'web-1', name: 'load', value: 1 },
  { type: 'log', atUs: 7, node: 'web-1', level: 'info', text: 'last' },
];

for (const capacity of [0, 1, 2, 3, history.length, 100]) {
  test(`of all that happened the newest ${capacity} and the rare ones are there, oldest first and unchanged`, () => {
    const recent = new Recent(capacity);
    for (const [count, event] of history.entries()) {
      recent.push(event);
      const soFar = history.slice(0, count + 1);
      const left = soFar.slice(0, Math.max(0, soFar.length - capacity));
      const expected = [...left.filter(({ type }) => type === 'log'), ...soFar.slice(-capacity)];
      assert.deepEqual(recent.toArray(), capacity === 0 ? [] : expected);
    }
  });
}

test('what changes the world outlives the messages, and is bounded all the same', () => {
  const recent = new Recent(10);
  for (let count = 0; count < 10_000; count++) {
    recent.push({ type: 'life', atUs: count, node: 'web-1', incarnation: count, phase: 'started', reason: '' });
    recent.push({ type: 'gauge', atUs: count, node: 'web-1', name: 'load', value: count });
  }
  const kept = recent.toArray();
  assert.ok(kept.length >= 2_000 && kept.length <= 4_010, String(kept.length));
  const times = kept.map(({ atUs }) => atUs);
  assert.deepEqual(
    times,
    [...times].sort((a, b) => a - b),
  );
});
