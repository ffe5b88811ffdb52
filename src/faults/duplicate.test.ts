import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Trial } from '../runtimes/simulated/trial';
import { faults } from './catalogue';

test('datagrams arrive more than once, within the spread; streams do not', () => {
  const trial = new Trial({ faults, nodes: { 'peer-1': {}, 'peer-2': {} } });
  const fault = trial.fault({ kind: 'duplicate', from: 'peer-1', to: 'peer-2', share: 1, copies: 2, spreadMs: 20 });
  const startMs = trial.runtime.nowUs / 1000;
  trial.talk('peer-1', 'peer-2', [7], { datagram: true, runMs: 100 });
  const heard = trial.heard('peer-2');
  assert.deepEqual(
    heard.map(({ what }) => what),
    [7, 7, 7],
  );
  const times = heard.map(({ atMs }) => atMs - startMs - 0.5);
  assert.ok(Math.abs(times[0] ?? 1) < 1e-9 && times.every((ms) => ms < 20.001), times.join());
  assert.equal(new Set(times).size, 3);
  assert.equal(trial.hits(fault), 1);
  trial.talk('peer-1', 'peer-2', [8], { runMs: 100 });
  assert.deepEqual(trial.numbers('peer-2'), [7, 7, 7, 8]);
  assert.equal(trial.hits(fault), 1);
});
