/** Lets the next thing happen. */
import { command } from '../shell/command';
import { count } from '../shell/kinds';
import { Mistake } from '../shell/mistake';
import { optional } from '../shell/params';
import { breathe } from '../shell/passing';
import { nowText } from './now';

const stepsPerBreath = 20_000;

export const step = command({
  name: 'step',
  group: 'time',
  summary: 'let the next thing happen, and nothing else (simulation)',
  examples: [
    { line: 'step', text: 'one turn of one node' },
    { line: 'step 100', text: 'a hundred' },
  ],
  params: { steps: optional(count) },
  options: {},
  returns: '{ nowMs: number }',
  acts: true,
  run: async ({ steps = 1 }, shell) => {
    const { virtual } = shell;
    if (virtual === undefined) throw new Mistake('threads do not wait to be stepped; start with --mode sim to step');
    for (let done = 0; done < steps; done++) {
      if (!virtual.step()) return nowText(shell, 'nothing is left to happen; ');
      if (done % stepsPerBreath === 0) await breathe(shell.signal);
    }
    return nowText(shell);
  },
});
