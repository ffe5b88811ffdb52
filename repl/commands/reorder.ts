/** Lets datagrams overtake each other. */
import { command } from '../shell/command';
import { direction, share } from '../shell/kinds';
import { faulting } from './faulting';
import { scatter, spreadAlone } from './scatter';

export const reorder = command({
  name: 'reorder',
  group: 'network',
  summary: 'let a share of the datagrams of one direction overtake each other; streams stay in order',
  examples: [
    { line: 'reorder 50% app-1 -> dns-1', text: 'undone by: restore' },
    { line: 'reorder 50% app-1 -> dns-1 spread=1s', text: 'by up to a second' },
  ],
  params: { share, direction, scatter: spreadAlone },
  options: {},
  returns: 'Faulted',
  acts: true,
  run: ({ share: part, direction: way, scatter: given }, shell) => {
    const { spreadMs } = scatter(given);
    return faulting(shell, { kind: 'reorder', ...way, share: part, spreadMs });
  },
});
