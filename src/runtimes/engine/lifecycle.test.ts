/** When the next life begins, and what the last one leaves behind. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { machine } from '../../kernel/machine';
import { message } from '../../kernel/schema';
import { peer, plainTier, Trial } from '../simulated/trial';

const go = message('go', {});
const restarts = { firstMs: 1_000, longestMs: 8_000, restartsMax: 5, healthyMs: 10_000, bootMs: 1_000 };

function waits(trial: Trial): string[] {
  return trial.events.flatMap((event) => (event.type === 'life' && event.phase === 'restarting' ? [event.reason] : []));
}

test('after a while of good health the back-off begins anew', () => {
  const trial = new Trial({ restarts, nodes: { 'peer-1': { restart: 'always' } } });
  for (const healthMs of [0, 0, 11_000, 0]) {
    trial.run(healthMs);
    trial.do({ verb: 'kill', node: 'peer-1' });
    trial.run(9_000 - healthMs / 2);
  }
  assert.deepEqual(
    waits(trial).map((wait) => wait.match(/in \d+ s/)?.[0]),
    ['in 1 s', 'in 2 s', 'in 1 s', 'in 2 s'],
  );
});

test('a restart that was under way is forgotten when somebody else restarts the node', () => {
  const trial = new Trial({ restarts, nodes: { 'peer-1': { restart: 'always' } } });
  trial.do({ verb: 'kill', node: 'peer-1' });
  trial.run(500);
  trial.do({ verb: 'restart', node: 'peer-1' });
  trial.do({ verb: 'kill', node: 'peer-1' });
  trial.run(600);
  assert.equal(trial.census().nodes[0]?.state, 'restarting');
  trial.run(500);
  assert.deepEqual([trial.census().nodes[0]?.state, trial.census().nodes[0]?.incarnation], ['running', 3]);
});

test('timers die with the life that armed them, and what one says is traced back to why it was armed', () => {
  const timed = plainTier(
    'timed',
    [go],
    machine<{ readonly kind: 'go' }, { readonly kind: 'ping' }, undefined>(
      () => undefined,
      (_state, _mail, turn) => {
        turn.after(5, () => turn.say('peer-1', { kind: 'ping' }));
        turn.after(1_000_000, () => undefined);
      },
    ),
  );
  const trial = new Trial({ tiers: [timed, peer], nodes: { 'timed-1': {}, 'peer-1': {} } });
  const before = trial.runtime.clock.pending;
  trial.say('timed-1', { kind: 'go' }, 100);
  const causes = trial.events.flatMap((event) =>
    event.type === 'sent' && event.node === 'timed-1' ? [event.envelope.cause?.from] : [],
  );
  assert.deepEqual(causes, ['tester']);
  assert.equal(trial.runtime.clock.pending, before + 1);
  trial.do({ verb: 'kill', node: 'timed-1' });
  assert.equal(trial.runtime.clock.pending, before);
});

test('nobody is told that a datagram got nowhere', () => {
  const trial = new Trial({ nodes: { 'peer-1': {}, 'peer-2': {} } });
  trial.do({ verb: 'kill', node: 'peer-2' });
  trial.talk('peer-1', 'peer-2', [1, 2], { datagram: true });
  assert.equal(trial.census().nodes[0]?.counters.received, 1);
  trial.talk('peer-1', 'peer-2', [3]);
  assert.equal(trial.census().nodes[0]?.counters.received, 3, 'of a stream it is told');
});
