/** Boxes and hosts die, with everything on them, and come back. */
import assert from 'node:assert/strict';
import type { Case } from './rig';
import { ping, pong } from './tiers';

const hello = { kind: ping.kind, n: 1 };

export const deaths: readonly Case[] = [
  {
    name: 'a box that is switched off takes its nodes with it, refuses nobody, and boots by itself',
    async run(rig) {
      await rig.nodes({
        'echo-1': { box: 'b', restart: 'always' },
        'counter-1': { box: 'b' },
        'relay-1': { box: 'b', restart: 'always' },
        'echo-2': {},
      });
      await rig.do({ verb: 'kill', node: 'relay-1', stay: true });
      assert.match(
        await rig.do({ verb: 'kill-box', box: 'b' }),
        /^b is down, and with it echo-1, counter-1; it boots in /,
      );
      await rig.untilPhases('b', ['box-down', 'box-up']);
      await rig.untilState('echo-1', 'running', 2);
      assert.deepEqual([(await rig.node('counter-1')).state, (await rig.node('counter-1')).incarnation], ['dead', 1]);
      assert.deepEqual([(await rig.node('relay-1')).state, (await rig.node('relay-1')).incarnation], ['dead', 1]);
      assert.deepEqual([(await rig.node('echo-2')).state, (await rig.node('echo-2')).incarnation], ['running', 1]);
      await rig.untilPhases('echo-1', ['spawned', 'started', 'killed', 'started']);
    },
  },
  {
    name: 'a box that is to stay down stays down, silent, until it is booted',
    async run(rig) {
      await rig.nodes({ 'echo-1': { box: 'b', restart: 'always' } });
      await rig.do({ verb: 'kill', node: 'echo-1' });
      await rig.do({ verb: 'kill-box', box: 'b', stay: true });
      assert.match(await rig.refused({ verb: 'kill-box', box: 'b' }), /b is down already/);
      assert.equal(await rig.hear('echo-1', hello, 100), undefined);
      const { nodes, boxes } = await rig.census();
      assert.deepEqual([boxes[0]?.up, nodes[0]?.state], [false, 'dead']);
      assert.match(await rig.refused({ verb: 'restart', node: 'echo-1' }), /its box b is down/);
      await rig.stand.pass(100);
      assert.equal((await rig.node('echo-1')).state, 'dead', 'nothing is restarted on a box that is down');
      const { incarnation } = await rig.node('echo-1');
      await rig.do({ verb: 'restart-box', box: 'b' });
      assert.equal((await rig.ask('echo-1', hello, pong)).life, incarnation + 1);
      assert.match(await rig.refused({ verb: 'restart-box', box: 'b' }), /b is up already/);
    },
  },
  {
    name: 'a host that dies names what died with it, is replaced, and what is to live lives on',
    async run(rig) {
      await rig.nodes({
        'echo-1': { host: 1, restart: 'always' },
        'echo-2': { host: 2, restart: 'always' },
        'counter-1': { host: 1 },
        'relay-1': { host: 1, restart: 'always', config: { pool: '' } },
      });
      await rig.do({ verb: 'configure', node: 'echo-1', config: { greeting: 'moin' } });
      await rig.do({ verb: 'kill', node: 'relay-1', stay: true });
      const text = await rig.do({ verb: 'kill-host', host: 1 });
      assert.match(text, /^host 1 was killed: box-echo-1 is down, and with it echo-1; box-counter-1 .* counter-1; /);
      await rig.untilPhases('host-1', ['host-down', 'host-up']);
      await rig.until('the host is up', async () => (await rig.census()).hosts[1]?.up === true);
      await rig.untilState('echo-1', 'running', 2);
      const { life, greeting } = await rig.ask('echo-1', hello, pong);
      assert.deepEqual([life, greeting], [2, 'moin']);
      const states = (await rig.census()).nodes.map(({ state, incarnation }) => `${state} ${incarnation}`);
      assert.deepEqual(states, ['running 2', 'running 1', 'dead 1', 'dead 1']);
      assert.equal((await rig.node('echo-1')).configVersion, 2);
      assert.deepEqual(rig.phases('box-echo-1'), ['box-down', 'box-up']);
      assert.deepEqual(rig.phases('counter-1'), ['spawned', 'started', 'killed']);
    },
  },
  {
    name: 'a host that is to stay down stays down until it is replaced by order',
    async run(rig) {
      await rig.nodes({ 'echo-1': { host: 1, restart: 'always' }, 'echo-2': { host: 2 } });
      const fault = await rig.fault({ kind: 'throttle', from: 'tester', to: 'echo-1', bytesPerS: 1e6 });
      await rig.do({ verb: 'kill-host', host: 1, stay: true });
      assert.match(await rig.refused({ verb: 'kill-host', host: 1 }), /host 1 is down already/);
      assert.equal(await rig.hear('echo-1', hello, 100), undefined);
      assert.equal((await rig.ask('echo-2', hello, pong)).life, 1);
      const { nodes, hosts } = await rig.census();
      assert.deepEqual([nodes[0]?.state, hosts.map(({ up }) => up)], ['dead', [true, false, true]]);
      await rig.refused({ verb: 'restart', node: 'echo-1' });
      const box = { id: 'late', region: 'main', zone: 'site', cpus: 1, memoryMb: 1, diskMb: 1, host: 1 } as const;
      const node = { id: 'counter-1', kind: 'counter', box: 'late', restart: 'never' } as const;
      await rig.do({ verb: 'spawn', node, box: { ...box, privateAddress: '10.0.1.1' } });
      assert.notEqual((await rig.node('counter-1')).state, 'running', 'it waits for its host');
      assert.equal(await rig.hear('counter-1', hello, 100), undefined);
      await rig.do({ verb: 'restart-host', host: 1 });
      await rig.untilState('echo-1', 'running', 2);
      await rig.untilState('counter-1', 'running', 1);
      const hits = (await rig.hits(fault)) ?? 0;
      await rig.ask('echo-1', hello, pong);
      assert.ok(((await rig.hits(fault)) ?? 0) > hits, 'the faults in force are in force there as well');
      assert.match(await rig.refused({ verb: 'restart-host', host: 1 }), /host 1 is up already/);
    },
  },
];
