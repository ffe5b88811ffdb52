/** Replaces a host that is down. */
import { command, said } from '../shell/command';
import { host } from '../shell/kinds';
import { noWait, startedText } from './no-wait';

export const restarthost = command({
  name: 'restarthost',
  group: 'accidents',
  summary: 'replace a host that is down; its boxes boot again',
  examples: [{ line: 'restarthost 1', text: 'after: killhost 1 --stay' }],
  params: { host },
  options: { noWait },
  returns: 'Done',
  acts: true,
  run: async ({ host: id, noWait: goOn }, { world }) => {
    const command = { verb: 'restart-host', host: id } as const;
    const text = goOn === true ? startedText(world, command, `host ${id}`) : world.restartHost(id);
    return said(await text, { host: id });
  },
});
