/** Cut a node off from everybody. */
import { command } from '../shell/command';
import { target } from '../shell/kinds';
import { faulting } from './faulting';

export const isolate = command({
  name: 'isolate',
  group: 'network',
  summary: 'cut a node off from everybody',
  examples: [{ line: 'isolate db-1', text: 'undone by: heal' }],
  params: { node: target },
  options: {},
  returns: 'Faulted',
  acts: true,
  run: ({ node }, shell) => faulting(shell, { kind: 'isolate', node }),
});
