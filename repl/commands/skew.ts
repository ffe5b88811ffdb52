/** Set the clock of the box under a node wrong. */
import { command } from '../shell/command';
import { signedDuration, target } from '../shell/kinds';
import { faulting } from './faulting';

export const skew = command({
  name: 'skew',
  group: 'boxes',
  summary: 'set the clock of the box under a node wrong',
  examples: [
    { line: 'skew db-1 +2s', text: 'two seconds ahead; undone by: restore' },
    { line: 'skew db-1 -500ms', text: 'half a second behind' },
  ],
  params: { node: target, offset: signedDuration },
  options: {},
  returns: 'Faulted',
  acts: true,
  run: ({ node, offset }, shell) => faulting(shell, { kind: 'skew', node, ms: offset }),
});
