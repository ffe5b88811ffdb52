/** What a turn may do, and what is left of it when its life is over. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filter, interval, take, tap } from 'rxjs';
import { peer, plainTier, Trial } from '../runtimes/simulated/trial';
import { isExpired } from './asks';
import type { Envelope } from './envelope';
import { machine } from './machine';
import { message } from './schema';

const go = message('go', {});
const pong = message('pong', {});
type In = { readonly kind: 'go' } | { readonly kind: 'pong' };
type Out = { readonly kind: 'ping' } | { readonly kind: 'note'; readonly number: number };

test('replying to an answer does nothing', () => {
  const tier = plainTier(
    'asker',
    [go, pong],
    machine<In, Out, undefined>(
      () => undefined,
      (_state, _mail, turn) => {
        turn.ask('peer-1', { kind: 'ping' }, 100, (answer) => {
          if (!isExpired(answer)) turn.reply(answer, { kind: 'ping' });
        });
      },
    ),
  );
  const trial = new Trial({ tiers: [tier, peer], nodes: { 'asker-1': {}, 'peer-1': {} } });
  trial.say('asker-1', { kind: 'go' }, 100);
  const [asker, other] = trial.census().nodes;
  assert.deepEqual([asker?.counters.sent, other?.counters.received], [1, 1]);
});

test('a life that ends leaves no deadline and no pipeline behind', () => {
  let beats = 0;
  const tier = plainTier(
    'asker',
    [go, pong],
    machine<In, Out, undefined>(
      (turn) => {
        turn.during(interval(10, turn.node.clock).pipe(tap(() => beats++)));
        turn.during(turn.node.members.changes.pipe(tap(() => beats++)));
        turn.during(turn.node.inbox.pipe(tap(() => beats++)));
        return undefined;
      },
      (_state, _mail, turn) => turn.ask('peer-1', { kind: 'ping' }, 1_000_000, () => undefined),
    ),
  );
  const trial = new Trial({ tiers: [tier, peer], nodes: { 'asker-1': {}, 'peer-1': {} } });
  trial.do({ verb: 'pause', node: 'peer-1' });
  const before = trial.runtime.clock.pending;
  for (let i = 0; i < 5; i++) trial.say('asker-1', { kind: 'go' }, 1);
  assert.equal(trial.runtime.clock.pending, before + 5);
  trial.do({ verb: 'kill', node: 'asker-1' });
  assert.equal(trial.runtime.clock.pending, before - 1, 'the heartbeat went as well');
  const counted = beats;
  trial.run(1_000);
  assert.equal(beats, counted);
});

test('a pipeline is torn down with its life', () => {
  const torn: string[] = [];
  const tier = plainTier(
    'asker',
    [go],
    machine<In, Out, undefined>(
      (turn) => {
        turn.during(interval(10, turn.node.clock).pipe(tap({ finalize: () => torn.push('stopped') })));
        return undefined;
      },
      () => undefined,
    ),
  );
  const trial = new Trial({ tiers: [tier], nodes: { 'asker-1': {} } });
  trial.do({ verb: 'kill', node: 'asker-1' });
  assert.deepEqual(torn, ['stopped']);
});

test('a message that is sent on carries the name of who sent it on, and stays as it was where it came from', () => {
  const heard: Envelope[] = [];
  const tier = plainTier('forwarder', [go], (node) =>
    node.inbox.pipe(
      tap((mail) => heard.push(mail)),
      take(2),
      filter((_mail, place) => place === 0),
    ),
  );
  const trial = new Trial({ tiers: [tier], nodes: { 'forwarder-1': {} } });
  trial.say('forwarder-1', { kind: 'go' }, 10);
  assert.deepEqual(
    heard.map(({ from }) => from),
    ['tester', 'forwarder-1'],
  );
});
