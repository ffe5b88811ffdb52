/** What a disk keeps through every sort of death, and what it does not. */
import assert from 'node:assert/strict';
import type { Operation } from '../../kernel/operations';
import type { Case } from './rig';
import { add, total } from './tiers';

const write = (amount: number, sync: boolean) => ({ kind: add.kind, amount, sync });
const look = write(0, true);

/** Ways to die and to come back. */
const deaths: readonly (readonly [string, Operation, Operation])[] = [
  ['process', { verb: 'kill', node: 'counter-1' }, { verb: 'restart', node: 'counter-1' }],
  ['box', { verb: 'kill-box', box: 'b', stay: true }, { verb: 'restart-box', box: 'b' }],
  ['host', { verb: 'kill-host', host: 1, stay: true }, { verb: 'restart-host', host: 1 }],
];

export const disks: readonly Case[] = [
  ...deaths.map(
    ([what, die, back]): Case => ({
      name: `what was synced survives the death of its ${what}, what was not is lost`,
      async run(rig) {
        const restart = what === 'process' ? 'never' : 'always';
        await rig.nodes({ 'counter-1': { box: 'b', host: 1, restart } });
        for (const amount of [1, 2, 3]) await rig.ask('counter-1', write(amount, true), total);
        const { total: before } = await rig.ask('counter-1', write(100, false), total);
        assert.equal(before, 106, 'it is in memory');
        await rig.do(die);
        await rig.do(back);
        await rig.untilState('counter-1', 'running', 2);
        assert.deepEqual(await rig.ask('counter-1', look, total), {
          kind: total.kind,
          total: 6,
          damaged: false,
          failure: '',
        });
        await rig.do({ verb: 'kill', node: 'counter-1', stay: true });
        await rig.do({ verb: 'restart', node: 'counter-1' });
        assert.equal((await rig.ask('counter-1', look, total)).total, 6, 'a sync of the next life brings nothing back');
        await rig.ask('counter-1', write(4, true), total);
        await rig.do(die);
        await rig.do(back);
        await rig.untilState('counter-1', 'running', 4);
        assert.equal((await rig.ask('counter-1', look, total)).total, 10);
      },
    }),
  ),
  {
    name: 'a torn disk keeps all that was synced and a beginning of what was not, and the next life writes on',
    async run(rig) {
      await rig.nodes({ 'counter-1': { restart: 'always' } });
      await rig.fault({ kind: 'torn-disk', node: 'counter-1' });
      let synced = 0;
      let damages = 0;
      for (let life = 1; life <= 8; life++) {
        await rig.untilState('counter-1', 'running', life);
        await rig.ask('counter-1', write(100, true), total);
        const there = await rig.ask('counter-1', look, total);
        if (there.damaged) damages++;
        const extra = there.total - 100 - synced;
        assert.ok(life === 1 ? extra === 0 : [0, 1, 3, 7].includes(extra), `${extra} more than was synced`);
        synced = there.total;
        for (const amount of [1, 2, 4]) await rig.ask('counter-1', write(amount, false), total);
        // Its box is quick to start it again: who wants to do that by hand says that it is to stay dead until then.
        const byHand = life % 3 !== 0;
        await rig.do({ verb: 'kill', node: 'counter-1', stay: byHand });
        if (byHand) await rig.do({ verb: 'restart', node: 'counter-1' });
        else await rig.untilState('counter-1', 'running', life + 1);
      }
      assert.ok(damages > 0, 'no tail was ever torn');
    },
  },
  {
    name: 'the disks of two nodes on one box are two disks',
    async run(rig) {
      await rig.nodes({ 'counter-1': { box: 'b' }, 'echo-1': { box: 'b' }, 'counter-2': { box: 'c' } });
      await rig.ask('counter-1', write(5, true), total);
      await rig.do({ verb: 'kill', node: 'counter-2' });
      await rig.do({ verb: 'restart', node: 'counter-2' });
      assert.equal((await rig.ask('counter-2', look, total)).total, 0);
    },
  },
];
