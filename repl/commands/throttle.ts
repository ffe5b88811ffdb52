/** Let only so many bytes per second through in one direction. */
import { command } from '../shell/command';
import { bytesPerS, direction } from '../shell/kinds';
import { faulting } from './faulting';

export const throttle = command({
  name: 'throttle',
  group: 'network',
  summary: 'let only so many bytes per second through in one direction',
  examples: [{ line: 'throttle web-1 -> db-1 64kb', text: 'undone by: restore' }],
  params: { direction, rate: bytesPerS },
  options: {},
  returns: 'Faulted',
  acts: true,
  run: ({ direction: way, rate }, shell) => faulting(shell, { kind: 'throttle', ...way, bytesPerS: rate }),
});
