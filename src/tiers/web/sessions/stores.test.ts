/** What stores of sessions ask for and keep, where a whole site would hardly show it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KvItem } from '../../../protocols/kv';
import type { Plan } from '../plan';
import { KvSessions } from './in-kv';
import { LoginLimit } from './login-limit';
import { MemorySessions } from './memory';
import type { Session } from './session';

const session: Session = { id: `12-${'0'.repeat(32)}`, user: 12, name: 'Ada', image: '' };
const told: Plan = { kind: 'http.response', status: 200, headers: {}, body: '' };

test('a session in memory is over from the very moment of its end on', () => {
  const clock = { nowMs: 0 };
  const sessions = new MemorySessions(
    () => ({ sessionIdleMs: 1_000, sessionsMax: 10 }),
    () => clock.nowMs,
  );
  const isThere = (): boolean => {
    let found: Session | undefined;
    sessions.find(session.id, (one) => {
      found = one;
      return told;
    });
    return found !== undefined;
  };
  sessions.begin(session, () => told);
  clock.nowMs = 999;
  assert.ok(isThere());
  clock.nowMs = 1_999;
  assert.ok(!isThere());
});

test('a session in a key-value store is renewed only as it was read: one that was ended meanwhile stays so', () => {
  const plan = new KvSessions(() => 60_000).find(session.id, () => told);
  assert.ok(plan.kind === 'ask-kv' && plan.request.kind === 'kv.get');
  const { key } = plan.request;
  const read = (ttlLeftMs: number): Plan => {
    const item: KvItem = { kind: 'kv.item', key, item: { key, value: session, version: 7, ttlLeftMs }, position: 9 };
    return plan.respond(item);
  };
  assert.equal(read(40_000), told);
  const renewal = read(20_000);
  assert.ok(renewal.kind === 'ask-kv' && renewal.request.kind === 'kv.put');
  const { expected, ttlMs } = renewal.request;
  assert.deepEqual([expected, ttlMs], [7, 60_000]);
});

test('however many users are guessed, only so many are remembered', () => {
  const limit = new LoginLimit(
    () => 1,
    () => 0,
  );
  assert.equal(limit.attempt(1), 0);
  assert.ok(limit.attempt(1) > 0);
  for (let user = 2; user <= 10_001; user++) limit.attempt(user);
  assert.equal(limit.attempt(1), 0, 'whoever came first is forgotten first');
});
