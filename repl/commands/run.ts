/** Lets time pass. */
import { command } from '../shell/command';
import { duration } from '../shell/kinds';
import { Mistake } from '../shell/mistake';
import { moment as momentParam } from '../shell/moments';
import { option } from '../shell/options';
import { optional } from '../shell/params';
import { passTo, passVirtual } from '../shell/passing';
import { nowText } from './now';

const defaultMs = 1_000;

export const run = command({
  name: 'run',
  group: 'time',
  summary: 'let time pass: virtual time in simulation, real time on threads; by default a second',
  examples: [
    { line: 'run 10s', text: 'ten seconds' },
    { line: 'run --to 12.5s', text: 'until the world is 12.5 s old (simulation)' },
  ],
  params: { duration: optional(duration) },
  options: { to: option('--to <moment>', momentParam, 'to this moment of virtual time, as log prints it') },
  returns: '{ nowMs: number }',
  acts: true,
  run: async ({ duration: ms, to }, shell) => {
    const { virtual } = shell;
    if (to !== undefined) {
      if (ms !== undefined) throw new Mistake('either a duration or --to, not both');
      if (virtual === undefined) throw new Mistake('--to is for virtual time; on threads time passes by itself');
      await passTo(virtual, to, shell.signal);
    } else if (virtual === undefined) {
      await shell.sleep(ms ?? defaultMs);
    } else {
      await passVirtual(virtual, ms ?? defaultMs, shell.signal);
    }
    return nowText(shell);
  },
});
