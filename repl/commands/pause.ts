/** Stop the process of a node where it stands: it neither answers nor dies. */
import { command } from '../shell/command';
import { nodes } from '../shell/kinds';
import { many } from '../shell/params';
import { each } from './each';

export const pause = command({
  name: 'pause',
  group: 'accidents',
  summary: 'stop the process of a node where it stands: it neither answers nor dies',
  examples: [{ line: 'pause web-1', text: 'undone by: resume web-1' }],
  params: { nodes: many(nodes) },
  options: {},
  returns: 'Done & { nodes: string[] }',
  acts: true,
  run: ({ nodes: wanted }, { world }) => each(wanted, (node) => world.pause(node)),
});
