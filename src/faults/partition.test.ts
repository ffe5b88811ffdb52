import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Trial } from '../runtimes/simulated/trial';
import { faults } from './catalogue';

const pair = (): Trial => new Trial({ faults, nodes: { 'peer-1': {}, 'peer-2': {} } });

test('both directions are silent until it is healed, and nobody is told', () => {
  const trial = pair();
  const fault = trial.fault({ kind: 'partition', a: 'peer-1', b: 'peer-2' });
  trial.talk('peer-1', 'peer-2', [1]);
  trial.talk('peer-2', 'peer-1', [1], { datagram: true });
  trial.say('peer-1', { kind: 'enquire', to: 'peer-2', budgetMs: 50 }, 100);
  assert.deepEqual(trial.numbers('peer-2'), []);
  assert.deepEqual(trial.numbers('peer-1'), ['expired']);
  assert.equal(trial.hits(fault), 3);
  assert.deepEqual(
    trial.drops().map(({ reason }) => reason),
    Array(3).fill('partition peer-1 | peer-2'),
  );
  trial.heal(fault);
  trial.talk('peer-1', 'peer-2', [2]);
  assert.deepEqual(trial.numbers('peer-2'), [2]);
});

test('what is in flight is cut as well', () => {
  const trial = pair();
  trial.talk('peer-1', 'peer-2', [1], { runMs: 0.3 }); // The order takes 0.25 ms, so the number is under way.
  const fault = trial.fault({ kind: 'partition', a: 'peer-1', b: 'peer-2' });
  trial.run(5);
  assert.deepEqual(trial.numbers('peer-2'), []);
  assert.equal(trial.hits(fault), 1);
});

test('one way, the other direction still passes', () => {
  const trial = pair();
  trial.fault({ kind: 'partition', a: 'peer-1', b: 'peer-2', oneWay: true });
  trial.talk('peer-1', 'peer-2', [1]);
  trial.talk('peer-2', 'peer-1', [1]);
  assert.deepEqual(trial.numbers('peer-2'), []);
  assert.deepEqual(trial.numbers('peer-1'), [1]);
});

test('links that it does not name are left alone', () => {
  const trial = new Trial({ faults, nodes: { 'peer-1': {}, 'peer-2': {}, 'peer-3': {} } });
  const fault = trial.fault({ kind: 'partition', a: 'peer-1', b: 'peer-3' });
  trial.talk('peer-1', 'peer-2', [1]);
  assert.deepEqual(trial.numbers('peer-2'), [1]);
  assert.equal(trial.hits(fault), 0);
});

test('of two partitions on a link one can be healed without the other', () => {
  const trial = pair();
  const first = trial.fault({ kind: 'partition', a: 'peer-1', b: 'peer-2' });
  const second = trial.fault({ kind: 'partition', a: 'peer-*', b: 'peer-2' });
  trial.heal(first);
  trial.talk('peer-1', 'peer-2', [1]);
  assert.deepEqual(trial.numbers('peer-2'), []);
  trial.heal(second);
  trial.talk('peer-1', 'peer-2', [2]);
  assert.deepEqual(trial.numbers('peer-2'), [2]);
});
