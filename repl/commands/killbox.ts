/** Switches a machine off. */
import { command, said } from '../shell/command';
import { box } from '../shell/kinds';
import { flag } from '../shell/options';
import { andWhatDied } from './what-died';

export const killbox = command({
  name: 'killbox',
  group: 'accidents',
  summary: 'switch a box off: everything on it dies at once, and nobody is left to refuse a connection',
  examples: [{ line: 'killbox box-1', text: 'undone by: restartbox box-1' }],
  params: { box },
  options: { stay: flag('--stay', 'stays off until it is switched on by hand') },
  returns: 'Done',
  acts: true,
  run: ({ box: id, stay = false }, shell) => {
    const { world } = shell;
    const there = world.topology.nodes.filter((node) => node.box === id).map((node) => node.id);
    return andWhatDied(shell, there, async () => said(await world.killBox(id, { stay }), { box: id }));
  },
});
