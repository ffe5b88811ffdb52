import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Trial } from '../runtimes/simulated/trial';
import { faults } from './catalogue';

const sent = Array.from({ length: 30 }, (_, number) => number);

test('datagrams change places and none is lost', () => {
  const trial = new Trial({ faults, nodes: { 'peer-1': {}, 'peer-2': {} } });
  const fault = trial.fault({ kind: 'reorder', from: 'peer-1', to: 'peer-2', share: 0.5, spreadMs: 30 });
  trial.talk('peer-1', 'peer-2', sent, { datagram: true, runMs: 100 });
  assert.notDeepEqual(trial.numbers('peer-2'), sent);
  assert.deepEqual(new Set(trial.numbers('peer-2')), new Set(sent));
  const hits = trial.hits(fault) ?? 0;
  assert.ok(hits > 5 && hits < 25, `${hits} of 30 were struck`);
});

test('streams do not', () => {
  const trial = new Trial({ faults, nodes: { 'peer-1': {}, 'peer-2': {} } });
  trial.fault({ kind: 'reorder', from: 'peer-1', to: 'peer-2', share: 1, spreadMs: 30 });
  const startMs = trial.runtime.nowUs / 1000;
  trial.talk('peer-1', 'peer-2', sent, { runMs: 100 });
  assert.deepEqual(trial.numbers('peer-2'), sent);
  assert.equal(trial.heard('peer-2').at(-1)?.atMs, startMs + 0.5);
});
