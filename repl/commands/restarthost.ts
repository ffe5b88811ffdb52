/** Replaces a host that is down. */
import { command, said } from '../shell/command';
import { host } from '../shell/kinds';

export const restarthost = command({
  name: 'restarthost',
  group: 'accidents',
  summary: 'replace a host that is down; its boxes boot again',
  examples: [{ line: 'restarthost 1', text: 'after: killhost 1 --stay' }],
  params: { host },
  options: {},
  returns: 'Done',
  acts: true,
  run: async ({ host: id }, { world }) => said(await world.restartHost(id), { host: id }),
});
