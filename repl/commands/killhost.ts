/** Ends a host with all that it carries. */
import { command, said } from '../shell/command';
import { host } from '../shell/kinds';
import { flag } from '../shell/options';
import { andWhatDied } from './what-died';

export const killhost = command({
  name: 'killhost',
  group: 'accidents',
  summary: 'end a host (on threads a real worker thread) with all boxes that it carries; it is replaced',
  examples: [
    { line: 'killhost 1', text: 'what died with it is named and comes back' },
    { line: 'killhost 1 --stay', text: 'down until: restarthost 1' },
  ],
  params: { host },
  options: { stay: flag('--stay', 'stays down until it is restarted by hand') },
  returns: 'Done',
  acts: true,
  run: async ({ host: id, stay = false }, shell) => {
    const { world } = shell;
    const { nodes } = await world.census();
    const there = nodes.filter((node) => node.host === id).map(({ spec }) => spec.id);
    return andWhatDied(shell, there, async () => said(await world.killHost(id, { stay }), { host: id }));
  },
});
