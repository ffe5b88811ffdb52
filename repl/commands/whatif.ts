/** Does something in a twin of the world and compares it with the world in which it was not done. */

import { branches } from '../render/branches';
import { Branch } from '../shell/branch';
import { command, type Shown } from '../shell/command';
import { anyText } from '../shell/kinds';
import { Mistake } from '../shell/mistake';
import { optional } from '../shell/params';
import { passTo } from '../shell/passing';
import { travelled, twinAt } from '../shell/travelling';

/** What is done takes a while to show. */
const shortestMs = 1_000;
const defaultMs = 10_000;

export const whatif = command({
  name: 'whatif',
  group: 'time',
  summary: 'do something in a twin of the world, and compare what users live through with and without it (simulation)',
  examples: [
    { line: 'whatif kill web-1 --stay', text: 'and ten seconds more' },
    { line: 'whatif kill db-1; run 5s; resize web-1 cpus=4; run 20s', text: 'several, with time between them' },
  ],
  params: { commands: { ...optional(anyText), usage: '<verb line>[; <verb line>...]', raw: true } },
  options: {},
  returns: 'unknown',
  run: async ({ commands = '' }, shell): Promise<Shown> => {
    const world = travelled(shell);
    const lines = commands
      .split(';')
      .map((line) => line.trim())
      .filter((line) => line !== '');
    if (lines.length === 0) throw new Mistake('what if what? For example: whatif kill web-1');
    const { moment } = world;
    const changed = new Branch(await twinAt(world, moment, shell.signal), shell.signal);
    for (const line of lines) await shell.elsewhere(changed.world, line);
    // What lies ahead of the one branch lies ahead of the other: they differ in these lines alone.
    const ahead = world.ahead.length;
    changed.world.foresee(world.ahead);
    const shortUs = changed.world.nowUs < moment.atUs + shortestMs * 1000 ? defaultMs * 1000 : 0;
    const end = { atUs: changed.world.nowUs + shortUs, after: 0 };
    await passTo(changed.world, end, shell.signal);
    const unchanged = new Branch(await twinAt(world, moment, shell.signal), shell.signal);
    await passTo(unchanged.world, end, shell.signal);
    const value = { without: await unchanged.end(), with: await changed.end(), ahead };
    return { value, text: (look) => branches(value, look) };
  },
});
