/** Cut two sides off from each other: what they send, and what is in flight, is lost. */
import { command } from '../shell/command';
import { sides } from '../shell/kinds';
import { flag } from '../shell/options';
import { faulting } from './faulting';

export const partition = command({
  name: 'partition',
  group: 'network',
  summary: 'cut two sides off from each other: what they send, and what is in flight, is lost',
  examples: [
    { line: 'partition web-1 | db-1', text: 'undone by: heal' },
    { line: 'partition web-* | db-1', text: 'all web servers' },
    { line: 'partition web-1 -> db-1', text: 'only this direction' },
  ],
  params: { sides },
  options: { oneWay: flag('--one-way', 'cuts only what the first sends to the second, as -> does') },
  returns: 'Faulted',
  acts: true,
  run: ({ sides: { a, b, oneWay }, oneWay: flagged }, shell) =>
    faulting(shell, { kind: 'partition', a, b, ...(oneWay || flagged === true ? { oneWay: true } : {}) }),
});
