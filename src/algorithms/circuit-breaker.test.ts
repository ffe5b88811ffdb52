import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CircuitBreaker } from './circuit-breaker';

const rules = { failureShare: 0.5, windowMs: 1_000, callsMin: 4, openMs: 500, probes: 2 };

function breaker(): {
  readonly one: CircuitBreaker;
  readonly heard: string[];
  call(atMs: number, ok: boolean): boolean;
} {
  const heard: string[] = [];
  const one = new CircuitBreaker(
    () => rules,
    (state, reason) => heard.push(`${state}: ${reason}`),
  );
  const call = (atMs: number, ok: boolean): boolean => {
    const pass = one.enter(atMs);
    if (pass !== undefined) one.leave(pass, !ok, atMs);
    return pass !== undefined;
  };
  return { one, heard, call };
}

test('it opens at the share of failures, and not before it knows enough calls', () => {
  const { one, heard, call } = breaker();
  for (const atMs of [1, 2, 3]) assert.ok(call(atMs, false));
  assert.equal(one.state, 'closed');
  assert.ok(call(4, false));
  assert.equal(one.state, 'open');
  assert.deepEqual(heard, ['open: 4 of 4 calls failed']);
  assert.equal(call(5, true), false);
  assert.equal(one.refused, 1);
});

test('fewer failures than the share leave it closed', () => {
  const { one, call } = breaker();
  for (let at = 0; at < 3_000; at++) call(at, at % 5 < 3);
  assert.equal(one.state, 'closed');
});

test('what lies further back than the window counts no more', () => {
  const { one, call } = breaker();
  for (const atMs of [0, 1, 2]) call(atMs, false);
  call(1_200, false);
  assert.equal(one.state, 'closed');
});

test('open, it waits; then some are let through, and when they go well it closes', () => {
  const { one, heard, call } = breaker();
  for (const atMs of [1, 2, 3, 4]) call(atMs, false);
  assert.equal(one.admits(503), false);
  const first = one.enter(504);
  const second = one.enter(504);
  assert.ok(first !== undefined && second !== undefined);
  assert.equal(one.enter(504), undefined);
  one.leave(first, false, 510);
  assert.equal(one.state, 'half-open');
  one.leave(second, false, 511);
  assert.equal(one.state, 'closed');
  assert.deepEqual(heard.slice(1), ['half-open: 500 ms have passed', 'closed: 2 calls to try it went well']);
  assert.ok(call(512, true));
});

test('one failure while it tries opens it for as long again', () => {
  const { one, call } = breaker();
  for (const atMs of [1, 2, 3, 4]) call(atMs, false);
  assert.ok(call(600, false));
  assert.equal(one.state, 'open');
  assert.equal(one.admits(1_099), false);
  assert.ok(one.admits(1_100));
});

test('how an old call ends says nothing about the trial', () => {
  const { one, call } = breaker();
  const old = one.enter(0);
  for (const atMs of [1, 2, 3, 4]) call(atMs, false);
  one.enter(600);
  assert.ok(old !== undefined);
  one.leave(old, true, 601);
  assert.equal(one.state, 'half-open');
});
