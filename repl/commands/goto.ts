/** Goes to a moment of virtual time, back or forth. */
import { reached } from '../../src/world/command-log';
import { command } from '../shell/command';
import { moment } from '../shell/moments';
import { passTo } from '../shell/passing';
import { standing, travelled, twinAt } from '../shell/travelling';

export const goTo = command({
  name: 'goto',
  group: 'time',
  summary: 'go to a moment of time, earlier or later (simulation)',
  examples: [
    { line: 'goto 12.3s', text: 'when the world was 12.3 s old' },
    { line: 'goto 0s', text: 'its beginning' },
  ],
  params: { moment },
  options: {},
  returns: '{ nowMs: number; ahead: number }',
  run: async ({ moment: to }, shell) => {
    const world = travelled(shell);
    if (!reached(world.moment, to)) {
      await passTo(world, to, shell.signal);
      return standing(world);
    }
    const twin = await twinAt(world, to, shell.signal);
    shell.enter(twin);
    return standing(twin);
  },
});
