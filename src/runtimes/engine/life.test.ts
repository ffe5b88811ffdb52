/** How a life begins and ends, and what may go wrong at both ends. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Observable } from 'rxjs';
import type { LifePhase } from '../../kernel/events';
import { machine } from '../../kernel/machine';
import { message } from '../../kernel/schema';
import type { NodeContext } from '../../kernel/tier';
import { plainTier, Trial } from '../simulated/trial';

const go = message('go', {});

function world(behaviour: (node: NodeContext) => Observable<never>): Trial {
  return new Trial({
    tiers: [plainTier('odd', [go], behaviour), plainTier('even', [go], () => new Observable())],
    nodes: { 'odd-1': { restart: 'always' }, 'even-1': { box: 'box-odd-1' } },
  });
}

function phases(trial: Trial, node = 'odd-1'): LifePhase[] {
  return trial.events.flatMap((event) => (event.type === 'life' && event.node === node ? [event.phase] : []));
}

test('a tear-down that throws is told of in one line and takes nobody with it', () => {
  const trial = world(
    () =>
      new Observable(() => () => {
        throw new RangeError('no way out');
      }),
  );
  trial.do({ verb: 'kill-box', box: 'box-odd-1', stay: true });
  assert.deepEqual(phases(trial), ['spawned', 'started', 'killed']);
  assert.deepEqual(phases(trial, 'even-1'), ['spawned', 'started', 'killed']);
  const logs = trial.events.flatMap((event) => (event.type === 'log' ? [event.text] : []));
  assert.deepEqual(logs, ['while it ended: RangeError: no way out']);
});

test('a behaviour that fails as it starts crashes its node and no more', () => {
  for (const behaviour of [
    (): Observable<never> => {
      throw new Error('not today');
    },
    () =>
      new Observable<never>(() => {
        throw new Error('not today');
      }),
    () =>
      new Observable<never>((outbox) => {
        outbox.error(new Error('not today'));
        return () => {
          throw new Error('nor tomorrow');
        };
      }),
  ]) {
    const trial = world(behaviour);
    assert.deepEqual(phases(trial), ['spawned', 'started', 'crashed', 'restarting']);
    assert.match(trial.census().nodes[0]?.reason ?? '', /^Error: not today; its box starts it again in 1 s$/);
    trial.run(1_000);
    assert.equal(trial.census().nodes[0]?.incarnation, 2);
  }
});

test('an outbox that completes is the end of a process', () => {
  const trial = world(() => new Observable((outbox) => outbox.complete()));
  assert.match(trial.census().nodes[0]?.reason ?? '', /^its outbox completed/);
});

test('the dead report nothing', () => {
  const trial = world(({ report }) => {
    return new Observable(() => () => {
      report.log('info', 'still here');
      report.gauge('alive', 1);
      report.act('haunt', 'unfinished business');
      report.operation({ process: 'odd-1', phase: 'ok', f: 'read' });
    });
  });
  trial.do({ verb: 'kill', node: 'odd-1' });
  const said = trial.events.filter(({ type }) => ['log', 'gauge', 'act', 'operation'].includes(type));
  assert.deepEqual(said, []);
});

test('what a behaviour says outside of a turn is dropped with that reason, and so is what it says after its death', () => {
  let speak = (): void => undefined;
  const trial = new Trial({
    tiers: [
      plainTier(
        'odd',
        [go],
        machine(
          (turn) => {
            speak = () => turn.say('odd-1', { kind: 'go' });
          },
          () => undefined,
        ),
      ),
    ],
    nodes: { 'odd-1': {} },
  });
  speak();
  trial.do({ verb: 'kill', node: 'odd-1' });
  speak();
  trial.run(10);
  assert.deepEqual(
    trial.drops().map(({ reason }) => reason),
    ['said outside of a turn: a behaviour may only act on its inbox and its clock'],
    'the dead have no outbox at all',
  );
});
