/** Keep what two sides send each other, until it is released. */
import { command } from '../shell/command';
import { sides } from '../shell/kinds';
import { faulting } from './faulting';

export const hold = command({
  name: 'hold',
  group: 'network',
  summary: 'keep what two sides send each other, until it is released',
  examples: [{ line: 'hold web-1 | db-1', text: 'undone by: release, and then it arrives' }],
  params: { sides },
  options: {},
  returns: 'Faulted',
  acts: true,
  run: ({ sides: { a, b } }, shell) => faulting(shell, { kind: 'hold', a, b }),
});
