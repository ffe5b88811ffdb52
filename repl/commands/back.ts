/** Goes back in virtual time. */
import { command } from '../shell/command';
import { duration } from '../shell/kinds';
import { Mistake } from '../shell/mistake';
import { optional } from '../shell/params';
import { standing, travelled, twinAt } from '../shell/travelling';

const defaultMs = 1_000;

export const back = command({
  name: 'back',
  group: 'time',
  summary: 'go back in time by doing everything again up to then (simulation); by default a second',
  examples: [{ line: 'back 5s', text: 'then look around, step, or do something else' }],
  params: { duration: optional(duration) },
  options: {},
  returns: '{ nowMs: number; ahead: number }',
  run: async ({ duration: ms = defaultMs }, shell) => {
    const world = travelled(shell);
    const atUs = world.nowUs - Math.round(ms * 1000);
    if (atUs < 0) throw new Mistake(`the world is only ${(world.nowUs / 1e6).toFixed(3)} s old`);
    const twin = await twinAt(world, { atUs, after: Number.MAX_SAFE_INTEGER }, shell.signal);
    shell.enter(twin);
    return standing(twin);
  },
});
