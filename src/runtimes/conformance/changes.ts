/** The data centre changes while it runs: topologies, pools, configs, sizes. */
import assert from 'node:assert/strict';
import { TopologyError } from '../../kernel/check-topology';
import { configured, errorMessage } from '../../kernel/control';
import type { BoxSpec, NodeSpec, Topology } from '../../kernel/topology';
import { type Case, place, type Rig } from './rig';
import { ping, pong, relayAnswer, relayed } from './tiers';

const hello = { kind: ping.kind, n: 1 };
const farAway = 60_000;

/** Whom a relay believes to be in its pool. */
async function known(rig: Rig): Promise<string> {
  const ask = { kind: relayed.kind, to: 'nobody', n: 0, budgetMs: 1_000 };
  return (await rig.ask('relay-1', ask, relayAnswer)).members.join();
}

export const changes: readonly Case[] = [
  {
    name: 'a new topology is reached by the difference: who stays notices nothing',
    async run(rig) {
      await rig.nodes({ 'echo-1': {}, 'echo-2': {}, 'counter-1': { box: 'one' } });
      await rig.ask('echo-1', hello, pong);
      const moved = { 'echo-1': {}, 'echo-3': {}, 'counter-1': { box: 'other' } };
      assert.equal(await rig.nodes(moved), '2 nodes spawned, 2 retired');
      const { nodes } = await rig.census();
      assert.deepEqual(nodes.map(({ spec }) => spec.id).sort(), ['counter-1', 'echo-1', 'echo-3']);
      const stayed = await rig.node('echo-1');
      assert.deepEqual([stayed.incarnation, stayed.counters.handled], [1, 1]);
      await rig.untilPhases('echo-1', ['spawned', 'started']);
      await rig.untilPhases('echo-2', ['spawned', 'started', 'retired']);
      await rig.untilPhases('counter-1', ['spawned', 'started', 'retired', 'spawned', 'started']);
      assert.equal(await rig.nodes(moved), '0 nodes spawned, 0 retired');
    },
  },
  {
    name: 'a topology that could not work is refused before anything is changed',
    async run(rig) {
      await rig.nodes({ 'echo-1': {} });
      const before = [rig.runtime.topology, await rig.census()];
      const { boxes, nodes } = place({ 'echo-1': {}, 'echo-2': {} });
      const [box, node] = [boxes[0], nodes[0]];
      assert.ok(box !== undefined && node !== undefined);
      const odd = (more: Partial<NodeSpec>): Topology => ({
        boxes,
        nodes: [...nodes, { ...node, id: 'x-1', ...more }],
      });
      const boxed = (more: Partial<BoxSpec>): Topology => ({ boxes: [...boxes, { ...box, id: 'x', ...more }], nodes });
      const refusals: readonly (readonly [Topology, RegExp])[] = [
        [{ boxes, nodes: [...nodes, node] }, /^node echo-1 is there twice/],
        [{ boxes: [...boxes, box], nodes }, /^box box-echo-1 is there twice/],
        [boxed({}), /^address 10.0.0.1 is there twice/],
        [boxed({ privateAddress: '10.0.0.9', cpus: 0 }), /^box x: cpus must be a whole number above 0/],
        [boxed({ privateAddress: '10.0.0.9', host: 7 }), /^box x: there is no host 7/],
        [odd({}), /^x-1 and echo-1 would both listen on box-echo-1:7/],
        [odd({ box: 'nowhere' }), /^node x-1: there is no box nowhere/],
        [odd({ kind: 'ecco' }), /^node x-1: there is no tier ecco \(did you mean echo\?\)/],
        [odd({ kind: 'counter', config: { size: 1 } }), /^node x-1: config.size: no such setting/],
        [{ boxes, nodes: [{ ...node, config: { serviceMs: -1 } }] }, /^node echo-1: config.serviceMs: expected/],
        [odd({ kind: 'relay', config: { pool: 'counter' } }), /^node x-1: needs a counter node, and there is none/],
        [odd({ kind: 'relay', config: { pool: 'relay' } }), /form a circle: x-1 -> x-1/],
      ];
      for (const [topology, reason] of refusals) {
        assert.throws(
          () => rig.runtime.apply(topology, () => assert.fail('it was applied')),
          (failure: unknown) => failure instanceof TopologyError && reason.test(failure.message),
          String(reason),
        );
      }
      assert.deepEqual([rig.runtime.topology, await rig.census()], before);
      const spawn = (more: Partial<NodeSpec>) => rig.refused({ verb: 'spawn', node: { ...node, id: 'x-1', ...more } });
      assert.match(await spawn({ box: 'nowhere' }), /there is no box nowhere/);
      assert.match(
        await spawn({ kind: 'relay', config: { pool: 7 } }),
        /node x-1: config.pool: expected string, got 7/,
      );
      assert.deepEqual([rig.runtime.topology, await rig.census()], before);
    },
  },
  {
    name: 'who uses a pool hears who is in it, as it changes',
    async run(rig) {
      await rig.nodes({ 'relay-1': { host: 2 }, 'echo-1': { host: 1 } });
      assert.equal(await known(rig), 'echo-1', 'it was born knowing');
      await rig.nodes({ 'relay-1': { host: 2 }, 'echo-1': { host: 1 }, 'echo-2': {} });
      await rig.until('it hears of the second', async () => (await known(rig)) === 'echo-1,echo-2');
      await rig.do({ verb: 'withdraw', node: 'echo-1' });
      await rig.until('it hears that the first is out', async () => (await known(rig)) === 'echo-2');
      assert.equal((await rig.ask('echo-1', hello, pong)).life, 1, 'who is withdrawn still works');
      assert.match(await rig.refused({ verb: 'withdraw', node: 'echo-2' }), /relay-1: needs a echo node/);
      await rig.do({ verb: 'retire', node: 'echo-1' });
      assert.match(await rig.refused({ verb: 'retire', node: 'echo-2' }), /relay-1: needs a echo node/);
      assert.equal(await known(rig), 'echo-2');
    },
  },
  {
    name: 'who was down or cut off when its pool changed is told until it knows',
    async run(rig) {
      await rig.nodes({ 'relay-1': { host: 2 }, 'echo-1': { host: 1 } });
      const fault = await rig.fault({ kind: 'isolate', node: 'relay-1' });
      await rig.nodes({ 'relay-1': { host: 2 }, 'echo-1': { host: 1 }, 'echo-2': {} });
      await rig.heal(fault);
      await rig.until('it has been told', async () => (await known(rig)) === 'echo-1,echo-2');
    },
  },
  {
    name: 'a wildcard names every pool that begins so, and each is told apart',
    async run(rig) {
      const pools = (more: Readonly<Record<string, string>>): Topology => {
        const { boxes, nodes } = place({
          ...Object.fromEntries(Object.keys(more).map((id) => [id, {}])),
          'relay-1': { config: { pool: 'shard-*' } },
        });
        return { boxes, nodes: nodes.map((node) => ({ ...node, ...(more[node.id] ? { pool: more[node.id] } : {}) })) };
      };
      await rig.apply(pools({ 'echo-1': 'shard-10', 'echo-2': 'shard-9', 'echo-3': 'other', 'echo-4': 'shard-9' }));
      assert.equal(await known(rig), 'shard-9: echo-2,shard-9: echo-4,shard-10: echo-1');
      await rig.apply(pools({ 'echo-1': 'shard-10', 'echo-2': 'shard-9', 'echo-3': 'shard-11', 'echo-4': 'other' }));
      assert.equal(await known(rig), 'shard-9: echo-2,shard-10: echo-1,shard-11: echo-3');
      await rig.untilPhases('echo-1', ['spawned', 'started']);
      assert.throws(() => rig.runtime.apply(pools({ 'echo-1': 'other' }), () => undefined), /needs a shard-\* node/);
    },
  },
  {
    name: 'an older membership changes nothing, and only the provider gives any',
    async run(rig) {
      await rig.nodes({ 'relay-1': {}, 'echo-1': {} });
      const provider = rig.runtime.attach('provider-door', 'provider');
      const order = (version: number) => ({ kind: 'members', version, pools: { echo: ['echo-9'] } });
      const { version } = await rig.ask('relay-1', order(0), configured, provider);
      assert.equal(await known(rig), 'echo-1');
      assert.equal((await rig.ask('relay-1', order(farAway), configured, provider)).version, farAway);
      assert.ok(version < farAway);
      assert.equal(await known(rig), 'echo-9');
      const { reason } = await rig.ask('relay-1', order(2 * farAway), errorMessage);
      assert.match(reason, /does not understand members/);
      assert.match((await rig.ask('relay-1', { kind: 'members' }, errorMessage, provider)).reason, /malformed members/);
      provider.close();
    },
  },
  {
    name: 'a box that grows works on what waits, and one that shrinks lets what runs end',
    async run(rig) {
      await rig.nodes({ 'echo-1': { box: 'b', cpus: 1, config: { serviceMs: farAway } } });
      for (let n = 0; n < 4; n++) rig.say('echo-1', hello);
      const load = async (): Promise<readonly (number | undefined)[]> => {
        const [box] = (await rig.census()).boxes;
        return [box?.spec.cpus, box?.busyCpus, box?.waiting];
      };
      await rig.until('all four are there', async () => (await rig.node('echo-1')).mailbox === 4);
      assert.deepEqual(await load(), [1, 1, 3]);
      await rig.do({ verb: 'resize', box: 'b', size: { cpus: 3 } });
      assert.deepEqual(await load(), [3, 3, 1]);
      await rig.do({ verb: 'resize', box: 'b', size: { cpus: 1 } });
      assert.deepEqual(await load(), [1, 3, 1]);
      assert.match(await rig.refused({ verb: 'resize', box: 'b', size: { cpus: 0 } }), /cpus must be a whole number/);
      assert.deepEqual(await load(), [1, 3, 1]);
      await rig.do({ verb: 'kill', node: 'echo-1' });
      assert.deepEqual(await load(), [1, 0, 0]);
    },
  },
];
