/** Sends datagrams several times. */
import { command } from '../shell/command';
import { direction, share } from '../shell/kinds';
import { faulting } from './faulting';
import { copiesAndSpread, scatter } from './scatter';

export const duplicate = command({
  name: 'duplicate',
  group: 'network',
  summary: 'send a share of the datagrams of one direction several times; streams do not notice',
  examples: [
    { line: 'duplicate 10% app-1 -> dns-1', text: 'one in ten twice; undone by: restore' },
    { line: 'duplicate 10% app-1 -> dns-1 copies=3 spread=20ms', text: 'three more, within 20 ms' },
  ],
  params: { share, direction, scatter: copiesAndSpread },
  options: {},
  returns: 'Faulted',
  acts: true,
  run: ({ share: part, direction: way, scatter: given }, shell) =>
    faulting(shell, { kind: 'duplicate', ...way, share: part, ...scatter(given) }),
});
