/** Switches a machine on again. */
import { command, said } from '../shell/command';
import { box } from '../shell/kinds';
import { noWait, startedText } from './no-wait';

export const restartbox = command({
  name: 'restartbox',
  group: 'accidents',
  summary: 'switch a box on again; the nodes on it that restart by themselves start',
  examples: [{ line: 'restartbox box-1', text: 'after: killbox box-1' }],
  params: { box },
  options: { noWait },
  returns: 'Done',
  acts: true,
  run: async ({ box: id, noWait: goOn }, { world }) => {
    const command = { verb: 'restart-box', box: id } as const;
    const text = goOn === true ? startedText(world, command, `box ${id}`) : world.restartBox(id);
    return said(await text, { box: id });
  },
});
