/** Loses messages. */
import { command } from '../shell/command';
import { anyText, direction, share } from '../shell/kinds';
import { optional } from '../shell/params';
import { faulting } from './faulting';

export const drop = command({
  name: 'drop',
  group: 'network',
  summary: 'lose a share of the messages of one direction; on a stream they are sent again, later',
  examples: [
    { line: 'drop 10% lb-1 -> web-*', text: 'undone by: restore' },
    { line: 'drop 10% lb-1 -> web-* http.request', text: 'only messages of this kind' },
  ],
  params: { share, direction, kinds: optional(anyText) },
  options: {},
  returns: 'Faulted',
  acts: true,
  run: ({ share: part, direction: way, kinds }, shell) => {
    const only = kinds === undefined ? {} : { kinds: kinds.split(',') };
    return faulting(shell, { kind: 'drop', ...way, share: part, ...only });
  },
});
