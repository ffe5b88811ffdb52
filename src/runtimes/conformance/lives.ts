/** Nodes come, die, come back, stop and go. */
import assert from 'node:assert/strict';
import { refused } from '../../kernel/control';
import type { Case } from './rig';
import { add, crashNow, ping, pong, relayAnswer, relayed, total } from './tiers';

const hello = { kind: ping.kind, n: 1 };
const crash = { kind: crashNow.kind };

export const lives: readonly Case[] = [
  {
    name: 'a spawned node answers in its first life',
    async run(rig) {
      assert.equal(await rig.nodes({ 'echo-1': { host: 1 }, 'echo-2': { host: 2 } }), '2 nodes spawned, 0 retired');
      for (const id of ['echo-1', 'echo-2']) {
        assert.deepEqual(await rig.ask(id, hello, pong), { kind: pong.kind, n: 1, life: 1, greeting: 'hello' });
        const { state, incarnation, host, configVersion, counters } = await rig.node(id);
        assert.deepEqual([state, incarnation, host, configVersion], ['running', 1, Number(id.slice(-1)), 1]);
        assert.deepEqual([counters.received, counters.handled, counters.sent], [1, 1, 1]);
        await rig.untilPhases(id, ['spawned', 'started']);
      }
    },
  },
  {
    name: 'a killed node stays dead where nobody is to restart it, says so, and comes back by order in its next life',
    async run(rig) {
      await rig.nodes({ 'echo-1': {} });
      assert.equal(await rig.do({ verb: 'kill', node: 'echo-1' }), 'echo-1 was killed and stays dead');
      const { because, reason } = await rig.ask('echo-1', hello, refused);
      assert.deepEqual([because, reason], ['down', 'connection refused: echo-1 is down']);
      assert.match(
        await rig.refused({ verb: 'kill', node: 'echo-1' }),
        /^echo-1 has been dead for [0-9.]+ m?s: killed by hand$/,
      );
      assert.equal((await rig.node('echo-1')).state, 'dead');
      await rig.do({ verb: 'restart', node: 'echo-1' });
      assert.equal((await rig.ask('echo-1', hello, pong)).life, 2);
      assert.match(await rig.refused({ verb: 'restart', node: 'echo-1' }), /running already/);
      await rig.untilPhases('echo-1', ['spawned', 'started', 'killed', 'started']);
    },
  },
  {
    name: 'a box restarts its dead process, unless it is to stay dead',
    async run(rig) {
      await rig.nodes({ 'echo-1': { restart: 'always' }, 'echo-2': { restart: 'always' } });
      assert.match(await rig.do({ verb: 'kill', node: 'echo-1' }), /its box starts it again in 0.02 s/);
      await rig.do({ verb: 'kill', node: 'echo-2', stay: true });
      await rig.untilPhases('echo-1', ['spawned', 'started', 'killed', 'restarting', 'started']);
      assert.equal((await rig.ask('echo-1', hello, pong)).life, 2);
      await rig.stand.pass(100);
      assert.deepEqual([(await rig.node('echo-2')).state, rig.phases('echo-2').at(-1)], ['dead', 'killed']);
    },
  },
  {
    name: 'a death that was to be passing can be made to last',
    async run(rig) {
      await rig.nodes({ 'echo-1': { restart: 'always' } });
      await rig.do({ verb: 'kill', node: 'echo-1' });
      await rig.do({ verb: 'kill', node: 'echo-1', stay: true });
      await rig.stand.pass(100);
      assert.equal((await rig.node('echo-1')).state, 'dead');
    },
  },
  {
    name: 'a process that crashes is restarted ever later, and in the end not at all; an order begins anew',
    async run(rig) {
      await rig.nodes({ 'echo-1': { restart: 'always' } });
      for (let life = 1; life <= 4; life++) {
        await rig.untilState('echo-1', 'running', life);
        rig.say('echo-1', crash);
        await rig.until(
          'it crashes',
          () => rig.phases('echo-1').filter((phase) => phase === 'crashed').length === life,
        );
      }
      const restart = ['crashed', 'restarting', 'started'] as const;
      await rig.untilPhases('echo-1', ['spawned', 'started', ...restart, ...restart, ...restart, 'crashed', 'gave-up']);
      const waits = rig.events.flatMap((event) =>
        event.type === 'life' && event.phase === 'restarting' ? [event.reason] : [],
      );
      assert.deepEqual(waits, ['in 0.02 s', 'in 0.04 s', 'in 0.04 s']);
      assert.deepEqual(
        [(await rig.node('echo-1')).state, (await rig.node('echo-1')).reason],
        ['dead', 'Error: asked to crash'],
      );
      await rig.do({ verb: 'restart', node: 'echo-1' });
      rig.say('echo-1', crash);
      await rig.untilState('echo-1', 'running', 6);
    },
  },
  {
    name: 'a retired node is gone with its address and its disk, alive or dead',
    async run(rig) {
      await rig.nodes({ 'counter-1': {}, 'echo-1': {} });
      const node = rig.runtime.topology.nodes.find(({ id }) => id === 'counter-1');
      const box = rig.runtime.topology.boxes.find(({ id }) => id === node?.box);
      assert.ok(node !== undefined && box !== undefined);
      for (const dead of [false, true]) {
        await rig.ask('counter-1', { kind: add.kind, amount: 5, sync: true }, total);
        if (dead) await rig.do({ verb: 'kill', node: 'counter-1' });
        await rig.do({ verb: 'retire', node: 'counter-1' });
        assert.equal((await rig.ask('counter-1', hello, refused)).because, 'no-such-address');
        assert.deepEqual(
          (await rig.census()).nodes.map(({ spec }) => spec.id),
          ['echo-1'],
        );
        assert.equal(await rig.refused({ verb: 'restart', node: 'counter-1' }), 'there is no node counter-1');
        await rig.do({ verb: 'spawn', node, box });
        assert.equal((await rig.ask('counter-1', { kind: add.kind, amount: 0, sync: true }, total)).total, 0);
        assert.equal((await rig.node('counter-1')).incarnation, 1);
      }
      assert.match(await rig.refused({ verb: 'spawn', node, box }), /counter-1 is there already/);
    },
  },
  {
    name: 'a paused process does nothing, timers included, and misses nothing',
    async run(rig) {
      await rig.nodes({ 'echo-1': { host: 1 }, 'relay-1': { host: 2 } });
      await rig.do({ verb: 'pause', node: 'echo-1' });
      assert.equal((await rig.node('echo-1')).state, 'paused');
      assert.match(await rig.refused({ verb: 'pause', node: 'echo-1' }), /paused already/);
      const ask = { kind: relayed.kind, to: 'echo-1', n: 3, budgetMs: 30 };
      assert.equal((await rig.ask('relay-1', ask, relayAnswer)).outcome, 'expired');
      const question = rig.begin('echo-1', hello);
      await rig.stand.pass(20);
      assert.equal(question.answer, undefined);
      await rig.do({ verb: 'resume', node: 'echo-1' });
      await rig.until('it answers', () => question.answer?.body.kind === pong.kind);
      assert.match(await rig.refused({ verb: 'resume', node: 'echo-1' }), /is not paused/);
      const { state, incarnation, mailbox } = await rig.node('echo-1');
      assert.deepEqual([state, incarnation, mailbox], ['running', 1, 0]);
      await rig.untilPhases('echo-1', ['spawned', 'started', 'paused', 'resumed']);
    },
  },
  {
    name: 'a deadline that passes while its process is stopped is noticed when it goes on',
    async run(rig) {
      await rig.nodes({ 'echo-1': { host: 1 }, 'relay-1': { host: 2 } });
      await rig.do({ verb: 'pause', node: 'echo-1' });
      const budgetMs = 150;
      const question = rig.begin('relay-1', { kind: relayed.kind, to: 'echo-1', n: 3, budgetMs });
      await rig.until('it asks', async () => (await rig.node('relay-1')).counters.sent === 1);
      await rig.do({ verb: 'pause', node: 'relay-1' });
      await rig.stand.pass(2 * budgetMs);
      // A machine that stood still for so long may have let the deadline pass before the pause; then nothing is shown.
      if (question.answer === undefined) {
        await rig.do({ verb: 'resume', node: 'relay-1' });
        await rig.until('it notices', () => question.answer !== undefined);
      }
      const body = question.answer?.body;
      assert.ok(relayAnswer.accepts(body) && body.outcome === 'expired');
    },
  },
  {
    name: 'an answer to an earlier life is dropped with that reason',
    async run(rig) {
      await rig.nodes({ 'echo-1': { host: 1 }, 'relay-1': { host: 2 } });
      const fault = await rig.fault({ kind: 'hold', a: 'echo-1', b: 'relay-1' });
      rig.say('relay-1', { kind: relayed.kind, to: 'echo-1', n: 3, budgetMs: 60_000 });
      await rig.until('the question is held', async () => (await rig.hits(fault)) === 1);
      await rig.do({ verb: 'kill', node: 'relay-1' });
      await rig.do({ verb: 'restart', node: 'relay-1' });
      await rig.heal(fault);
      await rig.until('it is dropped', () => rig.drops('relay-1').length > 0);
      assert.deepEqual(rig.drops('relay-1'), ['it answers an earlier life']);
    },
  },
  {
    name: 'an operation on what is not there is refused and changes nothing',
    async run(rig) {
      await rig.nodes({ 'echo-1': {} });
      const before = await rig.census();
      for (const verb of ['kill', 'restart', 'pause', 'resume', 'retire', 'withdraw'] as const) {
        assert.equal(await rig.refused({ verb, node: 'echo-9' }), 'there is no node echo-9');
      }
      for (const verb of ['kill-box', 'restart-box'] as const) {
        assert.equal(await rig.refused({ verb, box: 'box-9' }), 'there is no box box-9');
      }
      assert.equal(await rig.refused({ verb: 'resize', box: 'box-9', size: { cpus: 2 } }), 'there is no box box-9');
      assert.equal(await rig.refused({ verb: 'configure', node: 'echo-9', config: {} }), 'there is no node echo-9');
      for (const host of [0, 3, -1]) assert.match(await rig.refused({ verb: 'kill-host', host }), /^there is no host/);
      assert.match(await rig.refused({ verb: 'remove-fault', fault: 99 }), /there is no fault 99/);
      assert.deepEqual(await rig.census(), before);
    },
  },
];
