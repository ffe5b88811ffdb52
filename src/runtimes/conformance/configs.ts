/** Configs change while nodes run: by an order to one of them, or by a topology that says something else of it. */
import assert from 'node:assert/strict';
import { configured, errorMessage } from '../../kernel/control';
import type { NodeId } from '../../kernel/envelope';
import { type Case, type Placed, place, type Rig } from './rig';
import { ping, pong, relayAnswer, relayed } from './tiers';

const hello = { kind: ping.kind, n: 1 };

async function greeting(rig: Rig, node = 'echo-1'): Promise<string> {
  return (await rig.ask(node, hello, pong)).greeting;
}

/** Applies a topology that cannot be reached wholly; what is said of it. */
async function halfway(rig: Rig, nodes: Readonly<Record<NodeId, Placed>>): Promise<string> {
  const outcome = await rig.applied(place(nodes));
  assert.ok(!outcome.ok, `it was reached: ${outcome.ok ? outcome.text : ''}`);
  return outcome.reason;
}

export const configs: readonly Case[] = [
  {
    name: 'a config is changed live and outlives the life, or is refused with its path and nothing changes',
    async run(rig) {
      await rig.nodes({ 'echo-1': { config: { serviceMs: 0.5 } } });
      const version = async (): Promise<number> => (await rig.node('echo-1')).configVersion;
      await rig.do({ verb: 'configure', node: 'echo-1', config: { greeting: 'servus' } });
      assert.deepEqual([await greeting(rig), await version()], ['servus', 2]);
      assert.deepEqual((await rig.node('echo-1')).spec.config, { serviceMs: 0.5, greeting: 'servus' });
      const refusals: readonly (readonly [unknown, RegExp])[] = [
        [{ greeting: 7 }, /^config.greeting: expected string, got 7$/],
        [{ greting: 'x' }, /^config.greting: no such setting/],
        ['loud', /^config: expected an object/],
      ];
      for (const [config, reason] of refusals) {
        assert.match(await rig.refused({ verb: 'configure', node: 'echo-1', config }), reason);
      }
      assert.deepEqual([await greeting(rig), await version()], ['servus', 2]);
      await rig.do({ verb: 'kill', node: 'echo-1' });
      assert.equal((await rig.outcome({ verb: 'configure', node: 'echo-1', config: { greeting: 'x' } })).ok, false);
      await rig.do({ verb: 'restart', node: 'echo-1' });
      assert.deepEqual([await greeting(rig), await version()], ['servus', 2]);
      const told = rig.events.flatMap((event) => (event.type === 'config' ? [event.phase] : []));
      assert.deepEqual(told, ['applied', 'refused', 'refused', 'refused']);
    },
  },
  {
    name: 'an older config is refused, and only the provider gives any',
    async run(rig) {
      await rig.nodes({ 'echo-1': {} });
      const provider = rig.runtime.attach('provider-door', 'provider');
      const order = (version: number) => ({ kind: 'configure', version, config: { greeting: `v${version}` } });
      assert.match((await rig.ask('echo-1', order(1), errorMessage, provider)).reason, /1 is not newer than 1/);
      assert.equal((await rig.ask('echo-1', order(5), configured, provider)).version, 5);
      assert.match((await rig.ask('echo-1', order(4), errorMessage, provider)).reason, /4 is not newer than 5/);
      assert.match((await rig.ask('echo-1', order(6), errorMessage)).reason, /does not understand configure/);
      assert.equal((await rig.ask('echo-1', hello, pong)).greeting, 'v5');
      await rig.do({ verb: 'configure', node: 'echo-1', config: { greeting: 'next' } });
      assert.equal((await rig.ask('echo-1', hello, pong)).greeting, 'next');
      provider.close();
    },
  },
  {
    name: 'who stays is told what a topology says anew of it, and keeps what was configured since',
    async run(rig) {
      const greets = (config: object): Promise<string> => rig.nodes({ 'echo-1': { config }, 'echo-2': {} });
      await greets({ greeting: 'servus', serviceMs: 0 });
      await rig.do({ verb: 'configure', node: 'echo-1', config: { mailboxMax: 50 } });
      assert.equal(await greets({ greeting: 'moin', serviceMs: 0 }), '0 nodes spawned, 0 retired, 1 configured');
      assert.equal(await greeting(rig), 'moin');
      assert.equal(await greets({ serviceMs: 0 }), '0 nodes spawned, 0 retired, 1 configured');
      assert.equal(await greeting(rig), 'hello', 'what is not said any more is as if it never had been');
      assert.equal(await greets({ serviceMs: 0 }), '0 nodes spawned, 0 retired');
      const { incarnation, configVersion, spec } = await rig.node('echo-1');
      assert.deepEqual([incarnation, configVersion], [1, 4]);
      assert.deepEqual(spec.config, { greeting: 'hello', serviceMs: 0, mailboxMax: 50 });
      assert.equal((await rig.node('echo-2')).configVersion, 1);
    },
  },
  {
    name: 'who is dead when a topology says something else of it begins its next life with that',
    async run(rig) {
      const greets = (greeting: string): Promise<string> =>
        rig.nodes({
          'echo-1': { host: 1, config: { greeting } },
          'echo-2': { host: 2, config: { greeting }, restart: 'always' },
        });
      await greets('servus');
      await rig.do({ verb: 'kill', node: 'echo-1' });
      await rig.do({ verb: 'kill-host', host: 2, stay: true });
      assert.equal(await greets('moin'), '0 nodes spawned, 0 retired, 2 configured');
      await rig.do({ verb: 'restart', node: 'echo-1' });
      await rig.do({ verb: 'restart-host', host: 2 });
      assert.deepEqual([await greeting(rig, 'echo-1'), await greeting(rig, 'echo-2')], ['moin', 'moin']);
      assert.equal((await rig.node('echo-2')).configVersion, 2);
    },
  },
  {
    name: 'what cannot change under a node that has begun is refused before anything is changed',
    async run(rig) {
      const labels = (label: string, greeting: string): Readonly<Record<NodeId, Placed>> => ({
        'counter-1': { config: { label } },
        'echo-1': { config: { greeting } },
      });
      await rig.nodes(labels('a', 'servus'));
      const before = rig.runtime.topology;
      const reason = /counter-1: config.label: cannot change under a node that has begun; retire it and spawn it anew$/;
      assert.throws(() => rig.runtime.apply(place(labels('b', 'moin')), () => assert.fail('it was applied')), reason);
      assert.match(
        await rig.refused({ verb: 'configure', node: 'counter-1', config: { label: 'b' } }),
        /^config.label: cannot change/,
      );
      await rig.do({ verb: 'configure', node: 'counter-1', config: { label: 'a' } });
      assert.deepEqual([rig.runtime.topology, await greeting(rig)], [before, 'servus']);
      await rig.nodes({ 'echo-1': { config: { greeting: 'servus' } } });
      await rig.nodes(labels('b', 'moin'));
      assert.deepEqual([(await rig.node('counter-1')).spec.config, await greeting(rig)], [{ label: 'b' }, 'moin']);
    },
  },
  {
    name: 'who does not hear of its new config keeps the old one in the topology, until it is applied again',
    async run(rig) {
      const greets = (greeting: string): Readonly<Record<NodeId, Placed>> => ({
        'echo-1': { config: { greeting } },
        'echo-2': { config: { greeting } },
      });
      await rig.nodes(greets('servus'));
      const fault = await rig.fault({ kind: 'isolate', node: 'echo-1' });
      const said = await halfway(rig, greets('moin'));
      assert.match(
        said,
        /^0 nodes spawned, 0 retired, 1 of 2 configured: echo-1 did not answer .*; apply the topology/,
      );
      assert.deepEqual(
        rig.runtime.topology.nodes.map(({ config }) => config),
        [{ greeting: 'servus' }, { greeting: 'moin' }],
      );
      await rig.heal(fault);
      assert.deepEqual([await greeting(rig, 'echo-1'), await greeting(rig, 'echo-2')], ['servus', 'moin']);
      assert.equal(await rig.nodes(greets('moin')), '0 nodes spawned, 0 retired, 1 configured');
      assert.equal(await greeting(rig), 'moin');
    },
  },
  {
    name: 'who is told of other pools hears who is in them, and who is to be restarted from now on is',
    async run(rig) {
      const others = { 'echo-1': {}, 'counter-1': {} };
      const known = async (): Promise<string> => {
        const ask = { kind: relayed.kind, to: 'nobody', n: 0, budgetMs: 1_000 };
        return (await rig.ask('relay-1', ask, relayAnswer)).members.join();
      };
      await rig.nodes({ ...others, 'relay-1': { config: { pool: 'echo' } } });
      assert.equal(await known(), 'echo-1');
      await rig.nodes({ ...others, 'relay-1': { config: { pool: 'counter' }, restart: 'always' } });
      await rig.until('it hears of the counter', async () => (await known()) === 'counter-1');
      await rig.do({ verb: 'kill', node: 'relay-1' });
      await rig.untilState('relay-1', 'running', 2);
      assert.equal(await known(), 'counter-1');
    },
  },
];
