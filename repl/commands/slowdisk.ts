/** Make every write and read of a disk take longer. */
import { command } from '../shell/command';
import { duration, target } from '../shell/kinds';
import { faulting } from './faulting';

export const slowdisk = command({
  name: 'slowdisk',
  group: 'boxes',
  summary: 'make every write and read of a disk take longer',
  examples: [{ line: 'slowdisk db-1 50ms', text: 'undone by: restore' }],
  params: { node: target, duration },
  options: {},
  returns: 'Faulted',
  acts: true,
  run: ({ node, duration: ms }, shell) => faulting(shell, { kind: 'slow-disk', node, ms }),
});
