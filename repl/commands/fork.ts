/** Tries something out in a copy of the world. */
import { command, said } from '../shell/command';
import { oneOf } from '../shell/kinds';
import { Mistake } from '../shell/mistake';
import { optional } from '../shell/params';
import { standing, travelled, twinAt } from '../shell/travelling';

const ending = oneOf('ending', () => ['keep', 'drop']);

export const fork = command({
  name: 'fork',
  group: 'time',
  summary: 'go on in a copy of the world, and later keep it or drop it (simulation)',
  examples: [
    { line: 'fork', text: 'from here on nothing happens to the world that you leave' },
    { line: 'fork drop', text: 'back to that world, as you left it' },
    { line: 'fork keep', text: 'the copy is the world from now on' },
  ],
  params: { ending: optional(ending) },
  options: {},
  returns: '{ nowMs: number; ahead: number }',
  run: async ({ ending: wanted }, shell) => {
    const world = travelled(shell);
    if (wanted === undefined) {
      const twin = await twinAt(world, world.moment, shell.signal);
      shell.left.push(world);
      shell.enter(twin);
      return said(`in a fork of the world; fork drop goes back, fork keep stays`, {
        nowMs: twin.nowUs / 1000,
        forks: shell.left.length,
      });
    }
    const before = shell.left.pop();
    if (before === undefined) throw new Mistake('this is not a fork; fork makes one');
    if (wanted === 'keep') {
      before.close();
      return said('the fork is the world now', { nowMs: world.nowUs / 1000, forks: shell.left.length });
    }
    shell.enter(before);
    return standing(before);
  },
});
