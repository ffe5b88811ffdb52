import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Trial } from '../runtimes/simulated/trial';
import { faults } from './catalogue';

const pair = (): Trial => new Trial({ faults, nodes: { 'peer-1': {}, 'peer-2': {} } });
const talk = (trial: Trial, to: string, numbers: number[], datagram = false, runMs = 5): void =>
  trial.say(to === 'peer-2' ? 'peer-1' : 'peer-2', { kind: 'talk', to, numbers, datagram }, runMs);
const numbers = (trial: Trial, node: string): unknown[] => trial.heard(node).map(({ what }) => what);

test('both directions are silent until it is healed, and nobody is told', () => {
  const trial = pair();
  const fault = trial.fault({ kind: 'partition', a: 'peer-1', b: 'peer-2' });
  talk(trial, 'peer-2', [1]);
  talk(trial, 'peer-1', [1], true);
  trial.say('peer-1', { kind: 'enquire', to: 'peer-2', budgetMs: 50 }, 100);
  assert.deepEqual(numbers(trial, 'peer-2'), []);
  assert.deepEqual(numbers(trial, 'peer-1'), ['expired']);
  assert.equal(trial.hits(fault), 3);
  assert.ok(trial.drops().every(({ reason }) => reason === 'partition peer-1 | peer-2'));
  trial.heal(fault);
  talk(trial, 'peer-2', [2]);
  assert.deepEqual(numbers(trial, 'peer-2'), [2]);
});

test('what is in flight is cut as well', () => {
  const trial = pair();
  talk(trial, 'peer-2', [1], false, 0.3); // The order takes 0.25 ms, so the number is under way.
  const fault = trial.fault({ kind: 'partition', a: 'peer-1', b: 'peer-2' });
  trial.run(5);
  assert.deepEqual(numbers(trial, 'peer-2'), []);
  assert.equal(trial.hits(fault), 1);
});

test('one way, the other direction still passes', () => {
  const trial = pair();
  trial.fault({ kind: 'partition', a: 'peer-1', b: 'peer-2', oneWay: true });
  assert.equal(trial.census().faults[0]?.text, 'partition peer-1 -> peer-2');
  talk(trial, 'peer-2', [1]);
  talk(trial, 'peer-1', [1]);
  assert.deepEqual(numbers(trial, 'peer-2'), []);
  assert.deepEqual(numbers(trial, 'peer-1'), [1]);
});

test('links that it does not name are left alone', () => {
  const trial = new Trial({ faults, nodes: { 'peer-1': {}, 'peer-2': {}, 'peer-3': {} } });
  trial.fault({ kind: 'partition', a: 'peer-1', b: 'peer-3' });
  talk(trial, 'peer-2', [1]);
  assert.deepEqual(numbers(trial, 'peer-2'), [1]);
});
