/** Messages: who gets them, who may not, in what order, and what becomes of those that nobody understands. */
import assert from 'node:assert/strict';
import { errorMessage, refused } from '../../kernel/control';
import { type Case, type Rig, settings } from './rig';
import { heard, note, recount, talk } from './talkers';
import { ping, pong, relayAnswer, relayed } from './tiers';

const hello = { kind: ping.kind, n: 1 };
const forEver = 60_000;

export async function numbers(rig: Rig, node: string): Promise<readonly number[]> {
  return (await rig.ask(node, { kind: recount.kind }, heard)).numbers;
}

export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, place) => first + place);
}

export const mail: readonly Case[] = [
  {
    name: 'a malformed or unknown message is answered with an error that says where, counted, and harms nothing',
    async run(rig) {
      await rig.nodes({ 'echo-1': {} });
      const junk: readonly (readonly [{ readonly kind: string }, RegExp])[] = [
        [{ kind: ping.kind }, /^malformed test.ping: n: expected required property/],
        [Object.assign({ kind: ping.kind }, { n: 'many' }), /^malformed test.ping: n: expected integer, got "many"$/],
        [{ kind: 'test.rubbish' }, /^echo-1 \(echo\) does not understand test.rubbish$/],
        [{ kind: '__proto__' }, /does not understand __proto__$/],
        [{ kind: '' }, /does not understand $/],
      ];
      for (const [body, reason] of junk) assert.match((await rig.ask('echo-1', body, errorMessage)).reason, reason);
      const { counters, mailbox, state } = await rig.node('echo-1');
      assert.deepEqual([counters.malformed, counters.dropped, counters.handled], [junk.length, junk.length, 0]);
      assert.deepEqual([mailbox, state], [0, 'running']);
      assert.equal((await rig.ask('echo-1', hello, pong)).life, 1);
      await rig.until('all are told of', () => rig.drops('echo-1').length === junk.length);
    },
  },
  {
    name: 'a malformed or unknown answer is never answered: it is dropped, counted, and the question expires',
    async run(rig) {
      await rig.nodes({ 'relay-1': { host: 1, config: { pool: 'liar' } }, 'liar-1': { host: 2 } });
      for (const n of [1, 2]) {
        const ask = { kind: relayed.kind, to: 'liar-1', n, budgetMs: 100 };
        assert.equal((await rig.ask('relay-1', ask, relayAnswer)).outcome, 'expired');
      }
      const [relay, liar] = [await rig.node('relay-1'), await rig.node('liar-1')];
      assert.deepEqual([relay.counters.malformed, liar.counters.received], [2, 2]);
      await rig.until('both are told of', () => rig.drops('relay-1').length === 2);
      const reasons = rig.drops('relay-1').map((reason) => reason.replace(/:.*/, ''));
      assert.deepEqual(reasons, ['test.rubbish is not an answer it knows', 'life']);
    },
  },
  {
    name: 'who writes to nobody is told so, node or door',
    async run(rig) {
      await rig.nodes({ 'relay-1': {}, 'echo-1': {} });
      const answer = await rig.ask('echo-9', hello, refused);
      assert.deepEqual([answer.because, answer.reason], ['no-such-address', 'there is no echo-9 here']);
      const ask = { kind: relayed.kind, to: '10.9.9.9:80', n: 1, budgetMs: forEver };
      assert.equal((await rig.ask('relay-1', ask, relayAnswer)).outcome, 'refused there is no 10.9.9.9:80 here');
    },
  },
  {
    name: 'from outside only public addresses can be reached; from inside all',
    async run(rig) {
      await rig.nodes({
        'echo-1': { publicAddress: '203.0.113.1' },
        'echo-2': { host: 2 },
        'relay-1': { zone: 'outside' },
      });
      const stranger = rig.runtime.attach('stranger', 'outside');
      for (const door of [stranger, rig.door]) {
        assert.equal((await rig.ask('203.0.113.1:7', hello, pong, door)).life, 1);
      }
      for (const address of ['echo-1', '10.0.0.1:7', 'echo-2', '10.0.0.2:7']) {
        const { because, reason } = await rig.ask(address, hello, refused, stranger);
        assert.equal(because, 'private');
        assert.match(reason, /is a private address, reachable only from inside the site; .*203\.0\.113\.1/);
        assert.equal((await rig.ask(address, hello, pong)).life, 1);
      }
      const ask = { kind: relayed.kind, to: 'echo-2', n: 1, budgetMs: forEver };
      assert.match((await rig.ask('relay-1', ask, relayAnswer)).outcome, /^refused echo-2 is a private address/);
      assert.equal((await rig.node('echo-2')).counters.received, 2);
      stranger.close();
    },
  },
  {
    name: 'a full mailbox refuses, or drops where that is its policy, and counts',
    async run(rig) {
      const config = { serviceMs: forEver, mailboxMax: 2 };
      await rig.nodes({ 'echo-1': { config }, 'echo-2': { host: 2, config: { ...config, overflow: 'drop' } } });
      for (const node of ['echo-1', 'echo-2']) {
        for (let n = 0; n < 2; n++) rig.say(node, hello);
        if (node === 'echo-2') assert.equal(await rig.hear(node, hello, 100), undefined);
        else {
          const { because, reason } = await rig.ask(node, hello, refused);
          assert.deepEqual([because, reason], ['overloaded', 'echo-1: mailbox full (2 messages)']);
        }
        const { counters, mailbox } = await rig.node(node);
        assert.deepEqual([mailbox, counters.overflowed, counters.dropped, counters.handled], [2, 1, 1, 0]);
        await rig.until('it is told of', () => rig.drops(node).join() === 'mailbox full (2 messages)');
      }
    },
  },
  {
    name: 'a stream keeps its order, across hosts and on one box',
    async run(rig) {
      await rig.nodes({ 'talker-1': { host: 1 }, 'talker-2': { host: 2 }, 'talker-3': { host: 1 } });
      for (const to of ['talker-2', 'talker-3']) {
        for (const [first, last] of [
          [1, 700],
          [701, 2_000],
        ] as const) {
          rig.say('talker-1', { kind: talk.kind, to, first, last, datagram: false });
        }
        await rig.until('all arrived', async () => (await numbers(rig, to)).length === 2_000);
        assert.deepEqual(await numbers(rig, to), range(1, 2_000));
      }
    },
  },
  {
    name: 'a door hears what is said to it, under a name that can be used again',
    async run(rig) {
      await rig.nodes({ 'talker-1': {} });
      for (let round = 0; round < 2; round++) {
        const door = rig.runtime.attach('gate', 'site');
        const inbox: unknown[] = [];
        door.inbox.subscribe(({ from, body }) => inbox.push(from, body));
        rig.say('talker-1', { kind: talk.kind, to: 'gate', first: round, last: round, datagram: false });
        await rig.until('the door hears', () => inbox.length > 0);
        assert.deepEqual(inbox, ['talker-1', { kind: note.kind, n: round }]);
        door.close();
        rig.say('talker-1', { kind: talk.kind, to: 'gate', first: 9, last: 9, datagram: false });
        await numbers(rig, 'talker-1');
        assert.equal(inbox.length, 2);
      }
    },
  },
  {
    name: 'an answer that comes too late is nobody’s, and told of',
    async run(rig) {
      await rig.nodes({ 'echo-1': {} });
      const fault = await rig.fault({ kind: 'hold', a: 'echo-1', b: 'tester' });
      assert.equal(await rig.hear('echo-1', hello, 20), undefined);
      await rig.heal(fault);
      await rig.until('it is dropped', () => rig.drops('tester').length > 0);
      assert.deepEqual(rig.drops('tester'), ['nobody waits for this answer any more']);
    },
  },
  {
    name: 'what happens to a node is told in its order, and every message of it is accounted for',
    async run(rig) {
      await rig.nodes({ 'echo-1': { host: 1 }, 'relay-1': { host: 2 } });
      for (let n = 1; n <= 3; n++) {
        await rig.ask('relay-1', { kind: relayed.kind, to: 'echo-1', n, budgetMs: forEver }, relayAnswer);
      }
      const recent = await rig.stand.settled<readonly (typeof rig.events)[number][]>((then) =>
        rig.runtime.recall(then),
      );
      const types = recent.filter(({ node }) => node === 'echo-1').map(({ type }) => type);
      assert.deepEqual(types.slice(-9), Array(3).fill(['delivered', 'handled', 'sent']).flat());
      let lastUs = 0;
      for (const { node, atUs } of recent) {
        if (node !== 'echo-1') continue;
        assert.ok(atUs >= lastUs);
        lastUs = atUs;
      }
      assert.ok(recent.length <= settings.keepMax * (settings.hosts + 2));
      const { received, handled, sent } = (await rig.node('echo-1')).counters;
      assert.deepEqual([received, handled, sent], [3, 3, 3]);
    },
  },
];
