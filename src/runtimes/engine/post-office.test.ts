import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Body, Envelope } from '../../kernel/envelope';
import { SimulatedRuntime } from '../simulated/simulated-runtime';
import { peer, trialBox } from '../simulated/trial';

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
