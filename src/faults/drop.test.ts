import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Trial } from '../runtimes/simulated/trial';
import { faults } from './catalogue';

const pair = (): Trial => new Trial({ faults, nodes: { 'peer-1': {}, 'peer-2': {} } });
const many = Array.from({ length: 400 }, (_, number) => number);

test('a share of the datagrams of one direction is gone', () => {
  const trial = pair();
  const fault = trial.fault({ kind: 'drop', from: 'peer-1', to: 'peer-2', share: 0.1 });
  trial.talk('peer-1', 'peer-2', many, { datagram: true });
  trial.talk('peer-2', 'peer-1', many, { datagram: true });
  const lost = many.length - trial.numbers('peer-2').length;
  assert.ok(lost > 20 && lost < 65, `${lost} of 400 were lost`);
  assert.equal(trial.hits(fault), lost);
  assert.equal(trial.drops().length, lost);
  assert.equal(trial.numbers('peer-1').length, many.length);
});

test('a stream loses nothing and keeps its order, but is late', () => {
  const trial = pair();
  const fault = trial.fault({ kind: 'drop', from: 'peer-1', to: 'peer-2', share: 0.1 });
  trial.talk('peer-1', 'peer-2', many, { runMs: 10_000 });
  assert.deepEqual(trial.numbers('peer-2'), many);
  assert.ok((trial.heard('peer-2').at(-1)?.atMs ?? 0) >= 200);
  assert.ok((trial.hits(fault) ?? 0) > 20);
});

test('a stream that loses everything is reset after its attempts, and the asker is told then', () => {
  const trial = pair();
  trial.fault({ kind: 'drop', from: 'peer-1', to: 'peer-2', share: 1 });
  trial.say('peer-1', { kind: 'enquire', to: 'peer-2', budgetMs: 60_000 }, 6_190);
  assert.deepEqual(trial.numbers('peer-1'), []);
  assert.deepEqual(trial.drops(), []);
  trial.run(20); // 200 ms and its doublings: 200 + 400 + 800 + 1600 + 3200.
  assert.deepEqual(trial.numbers('peer-1'), ['refused']);
  assert.match(trial.drops()[0]?.reason ?? '', /between peer-1 and peer-2 reset: 5 attempts were lost/);
});

test('a lost answer resets the connection of who asked', () => {
  const trial = pair();
  trial.fault({ kind: 'drop', from: 'peer-2', to: 'peer-1', share: 1 });
  trial.say('peer-1', { kind: 'enquire', to: 'peer-2', budgetMs: 60_000 }, 6_300);
  assert.deepEqual(trial.numbers('peer-1'), ['refused']);
});

test('what was sent after a lost piece waits behind it until the reset', () => {
  const trial = pair();
  const fault = trial.fault({ kind: 'drop', from: 'peer-1', to: 'peer-2', share: 1 });
  trial.talk('peer-1', 'peer-2', [1]);
  trial.heal(fault);
  trial.talk('peer-1', 'peer-2', [2], { runMs: 6_000 });
  assert.deepEqual(trial.numbers('peer-2'), []);
  trial.run(300);
  assert.deepEqual(trial.numbers('peer-2'), [2]);
});

test('only the kinds that it names', () => {
  const trial = pair();
  trial.fault({ kind: 'drop', from: 'peer-1', to: 'peer-2', share: 1, kinds: ['note'] });
  trial.talk('peer-1', 'peer-2', [1], { datagram: true });
  trial.say('peer-1', { kind: 'enquire', to: 'peer-2', budgetMs: 100 }, 5);
  assert.deepEqual(trial.numbers('peer-2'), []);
  assert.deepEqual(trial.numbers('peer-1'), ['pong']);
});
