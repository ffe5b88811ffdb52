/** Start a dead node now. */
import { command } from '../shell/command';
import { nodes } from '../shell/kinds';
import { many } from '../shell/params';
import { each } from './each';
import { noWait, startedText } from './no-wait';

export const restart = command({
  name: 'restart',
  group: 'accidents',
  summary: 'start a dead node now',
  examples: [
    { line: 'restart db-1', text: 'it reads its disk and serves again' },
    { line: 'restart db-1 --no-wait', text: 'at once by hand, where the cloud would take its time' },
  ],
  params: { nodes: many(nodes) },
  options: { noWait },
  returns: 'Done & { nodes: string[] }',
  acts: true,
  run: ({ nodes: wanted, noWait: goOn }, { world }) =>
    each(wanted, (node) => (goOn === true ? startedText(world, { verb: 'restart', node }, node) : world.restart(node))),
});
