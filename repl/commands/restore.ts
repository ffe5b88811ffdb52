/** Takes back everything that is neither a partition nor a hold. */
import { command } from '../shell/command';
import { faultWords, undoing } from './undoing';

export const restore = command({
  name: 'restore',
  group: 'network',
  summary: 'take back slowness, loss, clocks that are off, bad disks: by their words or their number',
  examples: [
    { line: 'restore', text: 'the only one there is' },
    { line: 'restore web-1', text: 'all that was done to web-1' },
    { line: 'restore slow web-1', text: 'only its slowness' },
    { line: 'restore 2', text: 'fault number 2 (see faults)' },
  ],
  params: { fault: faultWords },
  options: {},
  returns: 'Done',
  acts: true,
  run: ({ fault }, shell) => undoing(shell, 'restore', fault),
});
