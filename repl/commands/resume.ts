/** Let a paused node go on with what it was doing. */
import { command } from '../shell/command';
import { nodes } from '../shell/kinds';
import { many } from '../shell/params';
import { each } from './each';

export const resume = command({
  name: 'resume',
  group: 'accidents',
  summary: 'let a paused node go on with what it was doing',
  examples: [{ line: 'resume web-1', text: 'it notices the time that has passed' }],
  params: { nodes: many(nodes) },
  options: {},
  returns: 'Done & { nodes: string[] }',
  acts: true,
  run: ({ nodes: wanted }, { world }) => each(wanted, (node) => world.resume(node)),
});
