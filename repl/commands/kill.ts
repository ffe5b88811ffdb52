/** Ends the process of a node. */
import { command } from '../shell/command';
import { nodes } from '../shell/kinds';
import { flag } from '../shell/options';
import { many } from '../shell/params';
import { each } from './each';
import { andWhatDied } from './what-died';

export const kill = command({
  name: 'kill',
  group: 'accidents',
  summary: 'end the process of a node; its box starts it again unless it is to stay dead',
  examples: [
    { line: 'kill web-1', text: 'requests go on through the others' },
    { line: 'kill db-1 --stay', text: 'dead until: restart db-1' },
    { line: 'kill web-*', text: 'all web servers at once' },
    { line: 'kill cache-1', text: 'under write-back: tells which writes were in it alone' },
  ],
  params: { nodes: many(nodes) },
  options: { stay: flag('--stay', 'stays dead until it is restarted by hand') },
  returns: 'Done & { nodes: string[] }',
  acts: true,
  run: ({ nodes: wanted, stay = false }, shell) =>
    andWhatDied(shell, wanted.flat(), () => each(wanted, (node) => shell.world.kill(node, { stay }))),
});
