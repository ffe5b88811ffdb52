/** Every kind of fault: it begins, is told of, strikes, is counted, and ends; and what it never does. */
import assert from 'node:assert/strict';
import { refused } from '../../kernel/control';
import { numbers, range } from './mail';
import type { Case, Rig } from './rig';
import { talk } from './talkers';
import { add, ping, pong, sensed, senses, total } from './tiers';

const hello = { kind: ping.kind, n: 1 };

/** One of each kind, and how it reads. */
const samples: readonly (readonly [{ readonly kind: string }, string])[] = (
  [
    [{ kind: 'partition', a: 'echo-1', b: 'tester' }, 'partition echo-1 | tester'],
    [{ kind: 'isolate', node: 'echo-1' }, 'isolate echo-1'],
    [{ kind: 'slow', node: 'echo-1', ms: 1 }, 'slow echo-1 1ms'],
    [{ kind: 'hold', a: 'echo-1', b: 'tester' }, 'hold echo-1 | tester'],
    [{ kind: 'drop', from: 'tester', to: 'echo-*', share: 1 }, 'drop 100% tester -> echo-*'],
    [
      { kind: 'duplicate', from: 'tester', to: 'echo-1', share: 1, copies: 1, spreadMs: 0 },
      'duplicate 100% tester -> echo-1 copies=1 spread=0ms',
    ],
    [
      { kind: 'reorder', from: 'tester', to: 'echo-1', share: 1, spreadMs: 1 },
      'reorder 100% tester -> echo-1 spread=1ms',
    ],
    [{ kind: 'throttle', from: 'tester', to: 'echo-1', bytesPerS: 1e6 }, 'throttle tester -> echo-1 1MB/s'],
    [{ kind: 'skew', node: 'echo-1', ms: 2_000 }, 'skew echo-1 +2s'],
    [{ kind: 'drift', node: 'echo-1', rate: 0.25 }, 'drift echo-1 +25%'],
    [{ kind: 'slow-disk', node: 'echo-1', ms: 1 }, 'slowdisk echo-1 1ms'],
    [{ kind: 'failing-disk', node: 'echo-1', reason: 'it clicks' }, 'faildisk echo-1 (it clicks)'],
    [{ kind: 'torn-disk', node: 'echo-1' }, 'torndisk echo-1'],
  ] as const
).map(([spec, text]) => [spec, text]);

function say(rig: Rig, first: number, last: number, datagram = false): void {
  rig.say('talker-1', { kind: talk.kind, to: 'talker-2', first, last, datagram });
}

/** Once a node has answered from behind it, everything said to it before has been handled. */
async function spoken(rig: Rig): Promise<void> {
  await numbers(rig, 'talker-1');
}

const pair = { 'talker-1': { host: 1 }, 'talker-2': { host: 2 } };

export const faultCases: readonly Case[] = [
  {
    name: 'each kind of fault is listed while it is in force, told of at both ends, and its undo puts all right',
    async run(rig) {
      await rig.nodes({ 'echo-1': {} });
      for (const [spec, text] of samples) {
        const id = await rig.fault(spec);
        const listed = (await rig.census()).faults;
        assert.deepEqual(
          listed.map((fault) => [fault.id, fault.spec, fault.text]),
          [[id, spec, text]],
        );
        assert.equal(await rig.heal(id), `${text}: over`);
        assert.deepEqual((await rig.census()).faults, []);
        assert.equal((await rig.ask('echo-1', hello, pong)).life, 1);
      }
      const told = rig.events.flatMap((event) => (event.type === 'fault' ? [[event.phase, event.fault]] : []));
      assert.deepEqual(
        told,
        samples.flatMap(([, text]) => [
          ['added', text],
          ['removed', text],
        ]),
      );
    },
  },
  {
    name: 'a fault that matches nothing says so, waits, and strikes what comes',
    async run(rig) {
      const outcome = await rig.outcome({
        verb: 'add-fault',
        fault: { kind: 'partition', ...{ a: 'echo-*', b: 'tester' } },
      });
      assert.ok(outcome.ok);
      assert.match(outcome.text, /^partition echo-\* \| tester: matches nothing here/);
      await rig.nodes({ 'echo-1': {} });
      assert.equal(await rig.hear('echo-1', hello, 50), undefined);
      assert.ok(((await rig.hits(outcome.fault ?? 0)) ?? 0) > 0);
      assert.equal(await rig.do({ verb: 'heal-all' }), 'healed: partition echo-* | tester');
      assert.equal((await rig.ask('echo-1', hello, pong)).life, 1);
      assert.equal(await rig.do({ verb: 'heal-all' }), 'nothing to heal');
    },
  },
  {
    name: 'a fault of no kind or with wrong data is refused and changes nothing',
    async run(rig) {
      await rig.nodes({ 'echo-1': {} });
      assert.match(
        await rig.refused({ verb: 'add-fault', fault: { kind: 'earthquake' } }),
        /^there is no fault earthquake/,
      );
      const wrong = { kind: 'slow', node: 'echo-1', ms: -1 };
      assert.match(await rig.refused({ verb: 'add-fault', fault: wrong }), /^slow.ms: expected number/);
      assert.deepEqual((await rig.census()).faults, []);
    },
  },
  {
    name: 'a partition is silence, both ways, for as long as it lasts',
    async run(rig) {
      await rig.nodes({ ...pair, 'echo-1': {} });
      const fault = await rig.fault({ kind: 'partition', a: 'talker-1', b: 'talker-2' });
      say(rig, 1, 5);
      await spoken(rig);
      await rig.until('all five are cut', async () => (await rig.hits(fault)) === 5);
      assert.equal((await rig.ask('echo-1', hello, pong)).life, 1, 'others hear each other');
      await rig.heal(fault);
      say(rig, 6, 7);
      await rig.until('they hear each other', async () => (await numbers(rig, 'talker-2')).length === 2);
      assert.deepEqual(await numbers(rig, 'talker-2'), [6, 7]);
    },
  },
  {
    name: 'a partition cuts what is in flight',
    async run(rig) {
      // A machine that stands still for longer than the flight lasts shows nothing: then the flight is made longer.
      for (const ms of [200, 1_000, 5_000]) {
        await rig.nodes({});
        await rig.nodes(pair);
        const slow = await rig.fault({ kind: 'slow', a: 'talker-1', b: 'talker-2', ms });
        say(rig, 1, 3);
        await rig.until('they are on their way', async () => (await rig.hits(slow)) === 3);
        const cut = await rig.fault({ kind: 'partition', a: 'talker-1', b: 'talker-2' });
        const arrived = (await numbers(rig, 'talker-2')).length;
        await rig.until('the flight is over', async () => (await rig.hits(cut)) === 3 - arrived);
        assert.equal((await numbers(rig, 'talker-2')).length, arrived);
        await rig.do({ verb: 'heal-all' });
        if (arrived === 0) {
          await rig.until('it is told of', () => rig.drops('talker-2').length >= 3);
          assert.match(rig.drops('talker-2').at(-1) ?? '', /^partition talker-1 \| talker-2$/);
          return;
        }
      }
      assert.fail('every flight was over before it could be cut');
    },
  },
  {
    name: 'what is held goes on in its order, before what comes after',
    async run(rig) {
      await rig.nodes(pair);
      say(rig, 1, 10);
      const fault = await rig.fault({ kind: 'hold', a: 'talker-1', b: 'talker-2' });
      say(rig, 11, 400);
      await spoken(rig);
      await rig.until('it is held', async () => ((await rig.hits(fault)) ?? 0) >= 390);
      assert.ok((await numbers(rig, 'talker-2')).length <= 10);
      const healed = rig.heal(fault);
      say(rig, 401, 500);
      await healed;
      await rig.until('all arrived', async () => (await numbers(rig, 'talker-2')).length === 500);
      assert.deepEqual(await numbers(rig, 'talker-2'), range(1, 500));
    },
  },
  {
    name: 'what two faults hold waits for both, and goes on once',
    async run(rig) {
      await rig.nodes(pair);
      const first = await rig.fault({ kind: 'hold', a: 'talker-1', b: 'talker-2' });
      say(rig, 1, 5);
      await rig.until('they are held', async () => (await rig.hits(first)) === 5);
      const second = await rig.fault({ kind: 'hold', a: 'talker-*', b: 'talker-2' });
      await rig.heal(first);
      await rig.until('they are held again', async () => (await rig.hits(second)) === 5);
      const third = await rig.fault({ kind: 'hold', a: 'echo-*', b: 'talker-2' });
      await rig.heal(third);
      assert.deepEqual([await numbers(rig, 'talker-2'), await rig.hits(second)], [[], 5]);
      await rig.heal(second);
      say(rig, 6, 6);
      await rig.until('the last one arrived', async () => (await numbers(rig, 'talker-2')).includes(6));
      assert.deepEqual(await numbers(rig, 'talker-2'), range(1, 6));
    },
  },
  {
    name: 'a stream that was slowed, with jitter or without, is not overtaken',
    async run(rig) {
      await rig.nodes(pair);
      const slow = { kind: 'slow', a: 'talker-1', b: 'talker-2', ms: 20, jitterMs: 20 };
      const fault = await rig.fault(slow);
      say(rig, 1, 100);
      await spoken(rig);
      await rig.heal(fault);
      say(rig, 101, 200);
      await rig.until('all arrived', async () => (await numbers(rig, 'talker-2')).length === 200);
      assert.deepEqual(await numbers(rig, 'talker-2'), range(1, 200));
    },
  },
  {
    name: 'a slow link takes at least its time each way',
    async run(rig) {
      await rig.nodes({ 'echo-1': {} });
      await rig.fault({ kind: 'slow', node: 'echo-1', ms: 15 });
      const startUs = rig.runtime.nowUs;
      await rig.ask('echo-1', hello, pong);
      assert.ok(rig.runtime.nowUs - startUs >= 30_000);
    },
  },
  {
    name: 'a lossy stream loses nothing: it is sent again, and in the end reset; a datagram is gone',
    async run(rig) {
      await rig.nodes({ ...pair, 'echo-1': {} });
      const half = await rig.fault({ kind: 'drop', from: 'talker-1', to: 'talker-2', share: 0.3 });
      say(rig, 1, 100);
      await spoken(rig);
      const resets = (): number => rig.drops('talker-1').filter((reason) => /reset: 3 attempts/.test(reason)).length;
      await rig.until('all are accounted for', async () => (await numbers(rig, 'talker-2')).length + resets() === 100);
      const heard = await numbers(rig, 'talker-2');
      assert.deepEqual(
        heard,
        [...heard].sort((a, b) => a - b),
      );
      assert.ok(heard.length >= 90, `${heard.length} of 100 came through`);
      await rig.heal(half);
      await rig.fault({ kind: 'drop', from: '*', to: 'echo-1', share: 1 });
      const { because, reason } = await rig.ask('echo-1', hello, refused);
      assert.deepEqual([because, /3 attempts were lost/.test(reason)], ['reset', true]);
      await rig.fault({ kind: 'drop', from: 'talker-1', to: 'talker-2', share: 1 });
      say(rig, 1_000, 1_004, true);
      await rig.until(
        'five are lost',
        () => rig.drops('talker-1').filter((why) => why.startsWith('drop 100%')).length === 5,
      );
      assert.deepEqual(await numbers(rig, 'talker-2'), heard);
    },
  },
  {
    name: 'datagrams are doubled and reordered, streams never',
    async run(rig) {
      await rig.nodes(pair);
      const links = { from: 'talker-1', to: 'talker-2' };
      const twice = await rig.fault({ kind: 'duplicate', ...links, share: 1, copies: 2, spreadMs: 0 });
      say(rig, 1, 10);
      say(rig, 11, 12, true);
      await rig.until('all arrived', async () => (await numbers(rig, 'talker-2')).length === 16);
      const heard = [...(await numbers(rig, 'talker-2'))].sort((a, b) => a - b);
      assert.deepEqual(heard, [...range(1, 10), 11, 11, 11, 12, 12, 12]);
      assert.equal(await rig.hits(twice), 2, 'a stream is no hit');
      await rig.heal(twice);
      await rig.fault({ kind: 'reorder', ...links, share: 1, spreadMs: 40 });
      say(rig, 101, 150);
      say(rig, 201, 250, true);
      await rig.until('all arrived', async () => (await numbers(rig, 'talker-2')).length === 116);
      const later = (await numbers(rig, 'talker-2')).slice(16);
      assert.deepEqual(
        later.filter((n) => n < 200),
        range(101, 150),
      );
      const datagrams = later.filter((n) => n > 200);
      assert.deepEqual(
        [...datagrams].sort((a, b) => a - b),
        range(201, 250),
      );
      assert.notDeepEqual(datagrams, range(201, 250));
    },
  },
  {
    name: 'a skewed box errs about the time of day and about nothing else; a drifting one gains',
    async run(rig) {
      await rig.nodes({ 'echo-1': { box: 'b' }, 'counter-1': { box: 'b' } });
      const off = async (): Promise<number> => {
        const { wallMs, nowMs } = await rig.ask('echo-1', { kind: senses.kind }, sensed);
        return Math.round(wallMs - nowMs);
      };
      const before = await off();
      const skew = await rig.fault({ kind: 'skew', node: 'counter-1', ms: -2_000 });
      assert.equal((await off()) - before, -2_000);
      assert.equal(await rig.hits(skew), 1);
      await rig.heal(skew);
      assert.equal((await off()) - before, 0);
      const local = async (): Promise<number> => (await rig.ask('echo-1', { kind: senses.kind }, sensed)).nowMs;
      await rig.fault({ kind: 'drift', node: 'echo-1', rate: 0.5 });
      // True time is read before and after each look, so that the bounds hold however long a look takes.
      const look = async () => ({ fromUs: rig.runtime.nowUs, ms: await local(), toUs: rig.runtime.nowUs });
      const start = await look();
      await rig.stand.pass(50);
      const end = await look();
      const gainedMs = end.ms - start.ms;
      const [leastMs, mostMs] = [(end.fromUs - start.toUs) / 1000, (end.toUs - start.fromUs) / 1000];
      assert.ok(leastMs > 40, `only ${leastMs} ms passed`);
      assert.ok(gainedMs >= 1.5 * leastMs - 0.01, `${gainedMs} ms in ${leastMs} ms`);
      assert.ok(gainedMs <= 1.5 * mostMs + 0.01, `${gainedMs} ms in ${mostMs} ms`);
    },
  },
  {
    name: 'disks are slow, fail with their reason, and work again',
    async run(rig) {
      await rig.nodes({ 'counter-1': {} });
      const one = { kind: add.kind, amount: 1, sync: true };
      await rig.ask('counter-1', one, total);
      const slow = await rig.fault({ kind: 'slow-disk', node: 'counter-1', ms: 30 });
      const startUs = rig.runtime.nowUs;
      await rig.ask('counter-1', one, total);
      assert.ok(rig.runtime.nowUs - startUs >= 30_000);
      await rig.heal(slow);
      const failing = await rig.fault({ kind: 'failing-disk', node: 'counter-1', reason: 'it clicks' });
      assert.equal((await rig.ask('counter-1', one, total)).failure, 'it clicks');
      await rig.heal(failing);
      assert.equal((await rig.ask('counter-1', one, total)).failure, '');
    },
  },
];
