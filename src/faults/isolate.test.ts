import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Trial } from '../runtimes/simulated/trial';
import { faults } from './catalogue';

test('the group talks among itself and hears nobody else', () => {
  const trial = new Trial({ faults, nodes: { 'peer-1': {}, 'peer-2': {}, 'peer-3': {} } });
  for (const [from, to] of [
    ['peer-1', 'peer-2'],
    ['peer-2', 'peer-3'],
    ['peer-3', 'peer-1'],
  ] as const) {
    trial.door.say(from, { kind: 'talk', to, numbers: [1], datagram: false });
  }
  trial.run(0.3); // The orders have arrived, what they ordered is under way.
  trial.fault({ kind: 'isolate', node: 'peer-{1,2}' });
  trial.run(5);
  assert.deepEqual(
    ['peer-1', 'peer-2', 'peer-3'].map((id) => trial.numbers(id)),
    [[], [1], []],
  );
  assert.equal(trial.ask('peer-1', { kind: 'ping' }, 50), undefined);
  trial.do({ verb: 'heal-all' });
  assert.equal(trial.ask('peer-1', { kind: 'ping' }, 50)?.body.kind, 'pong');
});
