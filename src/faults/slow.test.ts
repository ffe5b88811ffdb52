import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Trial } from '../runtimes/simulated/trial';
import { faults } from './catalogue';

const trio = (): Trial => new Trial({ faults, nodes: { 'peer-1': {}, 'peer-2': {}, 'peer-3': {} } });
const baseMs = 0.25;

/** How long one message takes, from the moment that its sender had the order. */
function travelMs(trial: Trial, from: string, to: string): number {
  const startMs = trial.runtime.nowUs / 1000 + baseMs;
  trial.door.say(from, { kind: 'talk', to, numbers: [0], datagram: false });
  trial.run(2_000);
  const ms = (trial.heard(to).at(-1)?.atMs ?? Number.NaN) - startMs;
  return Math.round(ms * 1000) / 1000;
}

test('both directions between a and b take longer, other links do not', () => {
  const trial = trio();
  trial.fault({ kind: 'slow', a: 'peer-1', b: 'peer-2', ms: 200 });
  assert.equal(travelMs(trial, 'peer-1', 'peer-2'), baseMs + 200);
  assert.equal(travelMs(trial, 'peer-2', 'peer-1'), baseMs + 200);
  assert.equal(travelMs(trial, 'peer-1', 'peer-3'), baseMs);
});

test('delays add up, and go one by one', () => {
  const trial = trio();
  const first = trial.fault({ kind: 'slow', a: 'peer-1', b: 'peer-2', ms: 200 });
  const second = trial.fault({ kind: 'slow', a: 'peer-*', b: 'peer-2', ms: 30 });
  assert.equal(travelMs(trial, 'peer-1', 'peer-2'), baseMs + 230);
  trial.heal(first);
  assert.equal(travelMs(trial, 'peer-1', 'peer-2'), baseMs + 30);
  trial.heal(second);
  assert.equal(travelMs(trial, 'peer-1', 'peer-2'), baseMs);
});

test('all links of a node are slow, once each', () => {
  const trial = trio();
  trial.fault({ kind: 'slow', node: 'peer-1', ms: 100 });
  const startMs = trial.runtime.nowUs / 1000;
  trial.ask('peer-1', { kind: 'ping' });
  assert.equal(Math.round(trial.runtime.nowUs / 1000 - startMs), 201);
});

test('a stream stays in order under jitter and after the restore', () => {
  const trial = trio();
  const fault = trial.fault({ kind: 'slow', a: 'peer-1', b: 'peer-2', ms: 50, jitterMs: 200 });
  const sent = Array.from({ length: 40 }, (_, number) => number);
  trial.talk('peer-1', 'peer-2', sent.slice(0, 20), { runMs: 1 });
  trial.talk('peer-1', 'peer-2', sent.slice(20, 30), { runMs: 1 });
  trial.heal(fault);
  trial.talk('peer-1', 'peer-2', sent.slice(30), { runMs: 1_000 });
  assert.deepEqual(trial.numbers('peer-2'), sent);
  const arrivals = new Set(trial.heard('peer-2').map(({ atMs }) => atMs));
  assert.ok(arrivals.size > 2, 'the jitter spread them');
});

test('datagrams overtake each other under jitter', () => {
  const trial = trio();
  trial.fault({ kind: 'slow', a: 'peer-1', b: 'peer-2', ms: 50, jitterMs: 200 });
  const sent = Array.from({ length: 20 }, (_, number) => number);
  trial.talk('peer-1', 'peer-2', sent, { datagram: true, runMs: 1_000 });
  assert.notDeepEqual(trial.numbers('peer-2'), sent);
  assert.deepEqual(new Set(trial.numbers('peer-2')), new Set(sent));
});

test('the time on the way counts against the deadline', () => {
  const trial = trio();
  trial.fault({ kind: 'slow', node: 'peer-1', ms: 200 });
  trial.door.ask('peer-1', { kind: 'ping' }, 500, () => {});
  trial.run(300);
  const handled = trial.events.find((event) => event.type === 'handled' && event.node === 'peer-1');
  assert.equal(handled?.type === 'handled' ? handled.envelope.budgetMs : undefined, 500 - 200.25);
});
