/** Switches a machine on again. */
import { command, said } from '../shell/command';
import { box } from '../shell/kinds';

export const restartbox = command({
  name: 'restartbox',
  group: 'accidents',
  summary: 'switch a box on again; the nodes on it that restart by themselves start',
  examples: [{ line: 'restartbox box-1', text: 'after: killbox box-1' }],
  params: { box },
  options: {},
  returns: 'Done',
  acts: true,
  run: async ({ box: id }, { world }) => said(await world.restartBox(id), { box: id }),
});
