/** Make every write of a disk fail. */
import { command } from '../shell/command';
import { anyText, target } from '../shell/kinds';
import { many, optional } from '../shell/params';
import { faulting } from './faulting';

export const faildisk = command({
  name: 'faildisk',
  group: 'boxes',
  summary: 'make every write of a disk fail',
  examples: [
    { line: 'faildisk db-1', text: 'undone by: restore' },
    { line: 'faildisk db-1 "read-only file system"', text: 'with a reason of its own' },
  ],
  params: { node: target, reason: optional(many(anyText)) },
  options: {},
  returns: 'Faulted',
  acts: true,
  run: ({ node, reason: words = ['input/output error'] }, shell) =>
    faulting(shell, { kind: 'failing-disk', node, reason: words.join(' ').replace(/^\((.*)\)$/, '$1') }),
});
