/** Lets go what was held. */
import { command } from '../shell/command';
import { faultWords, undoing } from './undoing';

export const release = command({
  name: 'release',
  group: 'network',
  summary: 'let go what a hold has kept: it arrives now, in order',
  examples: [
    { line: 'release', text: 'the only hold there is' },
    { line: 'release web-1 | db-1', text: 'the hold between these two' },
  ],
  params: { fault: faultWords },
  options: {},
  returns: 'Done',
  acts: true,
  run: ({ fault }, shell) => undoing(shell, 'release', fault),
});
