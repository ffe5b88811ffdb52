import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeMap } from 'rxjs';
import { type Body, type Envelope, Mail } from '../../kernel/envelope';
import { defaultNetwork } from '../../kernel/network';
import { seeded } from '../../kernel/random';
import { message } from '../../kernel/schema';
import type { Behaviour } from '../../kernel/tier';
import { SimulatedRuntime } from '../simulated/simulated-runtime';
import { peer, plainTier, trialBox } from '../simulated/trial';
import { VirtualClock } from '../simulated/virtual-clock';
import { Directory } from './directory';
import { PostOffice } from './post-office';

/** One node on the internet, and the operator's door inside the provider. */
function outsider(): { readonly runtime: SimulatedRuntime; ask<B extends Body>(body: B): Envelope | undefined } {
  const runtime = new SimulatedRuntime({
    catalogue: { tiers: new Map([['peer', peer]]), faults: new Map(), jobs: {} },
  });
  const box = { ...trialBox, zone: 'outside' } as const;
  runtime.apply(
    { boxes: [box], nodes: [{ id: 'peer-1', kind: 'peer', box: box.id, restart: 'never' }] },
    () => undefined,
  );
  const door = runtime.attach('operator', 'provider');
  return {
    runtime,
    ask(body) {
      let heard: Envelope | undefined;
      door.ask('peer-1', body, 1_000, (answer) => {
        heard = answer;
      });
      runtime.runTo(runtime.nowUs + 1_000_000);
      return heard;
    },
  };
}

test('an answer goes back to where no question may go', () => {
  assert.equal(outsider().ask({ kind: 'ping' })?.body.kind, 'pong');
});

test('a question to there is refused', () => {
  const { runtime, ask } = outsider();
  ask({ kind: 'enquire', to: 'operator', budgetMs: 100 });
  runtime.view('peer-1', (view) => assert.deepEqual(JSON.stringify(view).match(/"what":"(\w+)"/)?.[1], 'refused'));
});

test('what another engine hands over arrives at once, but never before what is under way', () => {
  const clock = new VirtualClock();
  const directory = new Directory();
  const nodes = ['a-1', 'b-1'].map((id) => ({ id, kind: 'x', box: trialBox.id, restart: 'never' }) as const);
  directory.list({ boxes: [trialBox], nodes }, () => 0);
  const arrived: number[] = [];
  const recipients = {
    accept: (mail: Mail) => void arrived.push(mail.id),
    remote: () => false,
    drop: () => assert.fail('nothing is to be dropped'),
    bytesOf: () => 1,
  };
  const network = { ...defaultNetwork, sameBoxMs: 0 };
  const office = new PostOffice(
    clock,
    directory,
    network,
    { full: false, emit: () => undefined },
    recipients,
    seeded(7),
  );
  const mail = (id: number): Mail => {
    const one = new Mail('b-1', id, undefined, undefined, undefined, false, { kind: 'x' });
    one.from = 'a-1';
    return one;
  };
  office.receive(mail(1));
  assert.deepEqual(arrived, [1]);
  const from = directory.resolve('a-1');
  assert.ok(from !== undefined);
  office.send(mail(2), from);
  office.receive(mail(3));
  assert.deepEqual(arrived, [1]);
  clock.runTo(clock.nowUs);
  assert.deepEqual(arrived, [1, 2, 3]);
  office.receive(mail(4));
  assert.deepEqual(arrived, [1, 2, 3, 4]);
});

test('each question from inside lets one answer in', () => {
  const box = { ...trialBox, zone: 'outside' } as const;
  const echo = message('echo', {});
  const twice: Behaviour = (node) =>
    node.inbox.pipe(
      mergeMap((mail) =>
        [1, 2].map(() => ({
          to: mail.from,
          id: node.nextId(),
          re: mail.id,
          answers: mail.incarnation,
          body: { kind: 'pong' },
        })),
      ),
    );
  const runtime = new SimulatedRuntime({
    catalogue: { tiers: new Map([['twice', plainTier('twice', [echo], twice)]]), faults: new Map(), jobs: {} },
  });
  runtime.apply(
    { boxes: [box], nodes: [{ id: 'twice-1', kind: 'twice', box: box.id, restart: 'never' }] },
    () => undefined,
  );
  const reasons: string[] = [];
  runtime.events.subscribe((event) => {
    if (event.type === 'dropped') reasons.push(event.reason);
  });
  let answers = 0;
  runtime.attach('operator', 'provider').ask('twice-1', { kind: 'echo' }, 1_000, () => answers++);
  runtime.runTo(runtime.nowUs + 1_000_000);
  assert.equal(answers, 1);
  assert.deepEqual(reasons, ['operator has asked twice-1 nothing that this could answer']);
});
