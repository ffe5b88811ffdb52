/** Let a crash tear what was not synced: the tail of the log comes back in part, or cut in two. */
import { command } from '../shell/command';
import { target } from '../shell/kinds';
import { faulting } from './faulting';

export const torndisk = command({
  name: 'torndisk',
  group: 'boxes',
  summary: 'let a crash tear what was not synced: the tail of the log comes back in part, or cut in two',
  examples: [{ line: 'torndisk db-1', text: 'shows at the next: kill db-1' }],
  params: { node: target },
  options: {},
  returns: 'Faulted',
  acts: true,
  run: ({ node }, shell) => faulting(shell, { kind: 'torn-disk', node }),
});
