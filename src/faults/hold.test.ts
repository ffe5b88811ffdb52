import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Trial } from '../runtimes/simulated/trial';
import { faults } from './catalogue';

const trio = (): Trial => new Trial({ faults, nodes: { 'peer-1': {}, 'peer-2': {}, 'peer-3': {} } });

test('what is sent waits, and a release sends it on in order', () => {
  const trial = trio();
  const fault = trial.fault({ kind: 'hold', a: 'peer-1', b: 'peer-2' });
  trial.talk('peer-1', 'peer-2', [1, 2]);
  trial.talk('peer-1', 'peer-2', [3], { runMs: 500 });
  trial.talk('peer-1', 'peer-3', [9]);
  assert.deepEqual(trial.numbers('peer-2'), []);
  assert.deepEqual(trial.numbers('peer-3'), [9]);
  assert.equal(trial.hits(fault), 3);
  trial.heal(fault);
  trial.talk('peer-1', 'peer-2', [4]);
  assert.deepEqual(trial.numbers('peer-2'), [1, 2, 3, 4]);
  assert.deepEqual(trial.drops(), []);
});

test('what is held is counted once, and other faults that come and go do not touch it', () => {
  const trial = trio();
  const holding = trial.fault({ kind: 'hold', a: 'peer-1', b: 'peer-2' });
  trial.talk('peer-1', 'peer-2', [1, 2]);
  const slowing = trial.fault({ kind: 'slow', a: 'peer-1', b: 'peer-2', ms: 1 });
  trial.heal(slowing);
  assert.equal(trial.hits(holding), 2);
});

test('of two holds the second keeps what the first lets go', () => {
  const trial = trio();
  const first = trial.fault({ kind: 'hold', a: 'peer-1', b: 'peer-2' });
  trial.talk('peer-1', 'peer-2', [1]);
  const second = trial.fault({ kind: 'hold', a: 'peer-*', b: 'peer-2' });
  trial.talk('peer-1', 'peer-2', [2]);
  trial.heal(first);
  trial.talk('peer-1', 'peer-2', [3]);
  assert.deepEqual(trial.numbers('peer-2'), []);
  trial.heal(second);
  trial.run(5);
  assert.deepEqual(trial.numbers('peer-2'), [1, 2, 3]);
});

test('what was slowed before the hold is not overtaken by what it lets go', () => {
  const trial = trio();
  const slowing = trial.fault({ kind: 'slow', a: 'peer-1', b: 'peer-2', ms: 300 });
  trial.talk('peer-1', 'peer-2', [1]);
  trial.heal(slowing);
  const holding = trial.fault({ kind: 'hold', a: 'peer-1', b: 'peer-2' });
  trial.talk('peer-1', 'peer-2', [2]);
  trial.heal(holding);
  trial.run(500);
  assert.deepEqual(trial.numbers('peer-2'), [1, 2]);
});

test('the time in the hold counts against the deadline', () => {
  const trial = trio();
  const fault = trial.fault({ kind: 'hold', a: 'tester', b: 'peer-1' });
  trial.door.ask('peer-1', { kind: 'ping' }, 500, () => {});
  trial.run(200);
  trial.heal(fault);
  trial.run(1);
  const handled = trial.events.find((event) => event.type === 'handled' && event.node === 'peer-1');
  assert.equal(handled?.type === 'handled' ? handled.envelope.budgetMs : undefined, 500 - 200.25);
});
