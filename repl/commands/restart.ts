/** Start a dead node now. */
import { command } from '../shell/command';
import { nodes } from '../shell/kinds';
import { many } from '../shell/params';
import { each } from './each';

export const restart = command({
  name: 'restart',
  group: 'accidents',
  summary: 'start a dead node now',
  examples: [{ line: 'restart db-1', text: 'it reads its disk and serves again' }],
  params: { nodes: many(nodes) },
  options: {},
  returns: 'Done & { nodes: string[] }',
  acts: true,
  run: ({ nodes: wanted }, { world }) => each(wanted, (node) => world.restart(node)),
});
