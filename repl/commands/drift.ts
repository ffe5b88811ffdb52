/** Let the clock of the box under a node run too fast or too slow. */
import { command } from '../shell/command';
import { signedShare, target } from '../shell/kinds';
import { faulting } from './faulting';

export const drift = command({
  name: 'drift',
  group: 'boxes',
  summary: 'let the clock of the box under a node run too fast or too slow',
  examples: [
    { line: 'drift db-1 +1%', text: 'gains a second in a hundred' },
    { line: 'drift db-1 -5%', text: 'loses five' },
  ],
  params: { node: target, rate: signedShare },
  options: {},
  returns: 'Faulted',
  acts: true,
  run: ({ node, rate }, shell) => faulting(shell, { kind: 'drift', node, rate }),
});
