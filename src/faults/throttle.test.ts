import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Trial } from '../runtimes/simulated/trial';
import { faults } from './catalogue';

const bytes = JSON.stringify({ kind: 'note', number: 1 }).length;
const pair = (): Trial => new Trial({ faults, nodes: { 'peer-1': {}, 'peer-2': {}, 'peer-3': {} } });

test('messages pass one after the other, each after its bytes', () => {
  const trial = pair();
  trial.fault({ kind: 'throttle', from: 'peer-1', to: 'peer-*', bytesPerS: bytes * 100 });
  const startMs = trial.runtime.nowUs / 1000 + 0.5;
  trial.talk('peer-1', 'peer-2', [1, 2, 3]);
  trial.talk('peer-1', 'peer-3', [1], { runMs: 100 });
  const arrivals = (node: string): number[] => trial.heard(node).map(({ atMs }) => Math.round(atMs - startMs));
  assert.deepEqual(arrivals('peer-2'), [10, 20, 30]);
  assert.deepEqual(arrivals('peer-3'), [15], 'each link has the rate to itself');
});

test('an idle link saves nothing up', () => {
  const trial = pair();
  trial.fault({ kind: 'throttle', from: 'peer-1', to: 'peer-2', bytesPerS: bytes * 100 });
  trial.talk('peer-1', 'peer-2', [1], { runMs: 1_000 });
  const startMs = trial.runtime.nowUs / 1000 + 0.5;
  trial.talk('peer-1', 'peer-2', [1, 2], { runMs: 100 });
  assert.deepEqual(
    trial
      .heard('peer-2')
      .slice(1)
      .map(({ atMs }) => Math.round(atMs - startMs)),
    [10, 20],
  );
});

test('what does not fit into the buffer is lost', () => {
  const trial = pair();
  trial.fault({ kind: 'throttle', from: 'peer-1', to: 'peer-2', bytesPerS: bytes });
  const sent = Array.from({ length: 9 }, () => 1);
  trial.talk('peer-1', 'peer-2', sent, { datagram: true, runMs: 20_000 });
  assert.equal(trial.numbers('peer-2').length, 6, 'one passes, five seconds of them wait');
  assert.match(trial.drops()[0]?.reason ?? '', /its buffer is full/);
});

test('a piece of a stream that did not fit is sent again once there is room', () => {
  const trial = pair();
  trial.fault({ kind: 'throttle', from: 'peer-1', to: 'peer-2', bytesPerS: bytes });
  const startMs = trial.runtime.nowUs / 1000 + 0.5;
  trial.talk('peer-1', 'peer-2', [1, 2, 3, 4, 5, 6, 7, 8, 9], { runMs: 20_000 });
  assert.deepEqual(trial.numbers('peer-2'), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.equal(Math.round((trial.heard('peer-2').at(-1)?.atMs ?? 0) - startMs), 9_000);
});
