/** What a runtime does for a node besides carrying its mail: jobs, secrets, views, events. */
import assert from 'node:assert/strict';
import type { WorldEvent } from '../../kernel/events';
import { type Case, type Rig, settings } from './rig';
import { talk } from './talkers';
import { compute, computed, ping, pong, sensed, senses, toil } from './tiers';

const hello = { kind: ping.kind, n: 1 };

async function output(rig: Rig, job: string, input: number): Promise<string> {
  return (await rig.ask('echo-1', { kind: compute.kind, job, input }, computed)).output;
}

export const services: readonly Case[] = [
  {
    name: 'a job is computed elsewhere and answered in a later turn; one that fails fails its asker alone',
    async run(rig) {
      await rig.nodes({ 'echo-1': {} });
      assert.equal(await output(rig, 'square', 12), '144');
      assert.match(await output(rig, 'square', -1), /^failed: .*-1 is below 0/);
      assert.match(await output(rig, 'cube', 2), /^failed: .*there is no job cube/);
      const { state, incarnation } = await rig.node('echo-1');
      assert.deepEqual([state, incarnation], ['running', 1]);
    },
  },
  {
    name: 'a job whose asker has died is nobody’s',
    async run(rig) {
      await rig.nodes({ 'echo-1': {} });
      rig.say('echo-1', { kind: compute.kind, job: 'square', input: 3 });
      await rig.do({ verb: 'kill', node: 'echo-1' });
      await rig.do({ verb: 'restart', node: 'echo-1' });
      assert.equal(await output(rig, 'square', 4), '16');
      assert.equal((await rig.node('echo-1')).incarnation, 2);
    },
  },
  {
    name: 'chance differs from node to node and from life to life, and secrets are not chance',
    async run(rig) {
      await rig.nodes({ 'echo-1': {}, 'echo-2': {} });
      const draws: number[] = [];
      const draw = async (node: string): Promise<void> => {
        const { random, secret } = await rig.ask(node, { kind: senses.kind }, sensed);
        draws.push(random, secret);
      };
      await draw('echo-1');
      await draw('echo-1');
      await draw('echo-2');
      await rig.do({ verb: 'kill', node: 'echo-1' });
      await rig.do({ verb: 'restart', node: 'echo-1' });
      await draw('echo-1');
      assert.equal(new Set(draws).size, draws.length);
      assert.ok(draws.every((drawn) => drawn >= 0 && drawn < 1));
    },
  },
  {
    name: 'a node shows its own view of its state while it lives',
    async run(rig) {
      await rig.nodes({ 'echo-1': {} });
      const view = (node: string): Promise<unknown> => rig.stand.settled((then) => rig.runtime.view(node, then));
      await rig.ask('echo-1', hello, pong);
      assert.deepEqual(await view('echo-1'), { seen: 1 });
      await rig.do({ verb: 'kill', node: 'echo-1' });
      assert.equal(await view('echo-1'), undefined);
      assert.equal(await view('echo-9'), undefined);
    },
  },
  {
    name: 'the history that is kept is bounded, and the newest is in it',
    async run(rig) {
      await rig.nodes({ 'talker-1': { host: 1 }, 'talker-2': { host: 1 } });
      rig.say('talker-1', { kind: talk.kind, to: 'talker-2', first: 1, last: 5 * settings.keepMax, datagram: false });
      await rig.until(
        'all arrived',
        async () => (await rig.node('talker-2')).counters.handled === 5 * settings.keepMax,
      );
      const recent = await rig.stand.settled<readonly WorldEvent[]>((then) => rig.runtime.recall(then));
      const last = recent.filter(({ node, type }) => node === 'talker-2' && type === 'handled').at(-1);
      assert.ok(last?.type === 'handled' && 'n' in last.envelope.body && last.envelope.body.n === 5 * settings.keepMax);
      assert.ok(recent.length <= settings.keepMax * (settings.hosts + 2), `${recent.length} events`);
    },
  },
  {
    name: 'a turn that was more work than its message says keeps its CPU, and its life ends that',
    async run(rig) {
      await rig.nodes({ 'echo-1': { box: 'b', cpus: 1 }, 'echo-2': {} });
      const load = async (): Promise<readonly unknown[]> => {
        const box = (await rig.census()).boxes.find(({ spec }) => spec.id === 'b');
        return [box?.busyCpus, box?.waiting];
      };
      await rig.ask('echo-1', { kind: toil.kind, ms: 0 }, computed);
      assert.deepEqual(await load(), [0, 0]);
      await rig.ask('echo-1', { kind: toil.kind, ms: 60_000 }, computed);
      assert.deepEqual(await load(), [1, 0]);
      const waits = rig.begin('echo-1', { kind: ping.kind, n: 1 });
      await rig.until('it stands in line', async () => (await load()).join() === '1,1');
      await rig.ask('echo-2', { kind: ping.kind, n: 2 }, pong);
      assert.equal(waits.answer, undefined);
      await rig.do({ verb: 'kill', node: 'echo-1' });
      assert.deepEqual(await load(), [0, 0]);
    },
  },
];
