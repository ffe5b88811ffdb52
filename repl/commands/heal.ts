/** Takes partitions back, or everything at once. */
import { command, said } from '../shell/command';
import { faultWords, undoing } from './undoing';

export const heal = command({
  name: 'heal',
  group: 'network',
  summary: 'take a partition or an isolation back; heal all takes back every fault of any kind',
  examples: [
    { line: 'heal', text: 'the only partition there is' },
    { line: 'heal web-1 | db-1', text: 'the partition between these two' },
    { line: 'heal 3', text: 'fault number 3 (see faults)' },
    { line: 'heal all', text: 'every fault, of any kind' },
  ],
  params: { fault: faultWords },
  options: {},
  returns: 'Done',
  acts: true,
  run: async ({ fault }, shell) => {
    if (fault !== 'all') return undoing(shell, 'heal', fault);
    return said(await shell.world.healAll());
  },
});
