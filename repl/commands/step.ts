/** Lets the next thing happen, and tells what that was. */
import { plural } from '../../src/drawing/look';
import { moment } from '../../src/drawing/numbers';
import type { WorldEvent } from '../../src/kernel/events';
import { eventList } from '../render/events';
import { command, type Shown } from '../shell/command';
import { count } from '../shell/kinds';
import { Mistake } from '../shell/mistake';
import { optional } from '../shell/params';
import { breathe } from '../shell/passing';

const stepsPerBreath = 20_000;
/** Of many steps the last events are shown. */
const shownMax = 12;

export const step = command({
  name: 'step',
  group: 'time',
  summary: 'let the next thing happen, and nothing else (simulation)',
  examples: [
    { line: 'step', text: 'one turn of one node, or a message on its way' },
    { line: 'step 100', text: 'a hundred' },
  ],
  params: { steps: optional(count) },
  options: {},
  returns: '{ nowMs: number }',
  acts: true,
  run: async ({ steps = 1 }, shell): Promise<Shown> => {
    const { virtual } = shell;
    if (virtual === undefined) throw new Mistake('threads do not wait to be stepped; start with --mode sim to step');
    let seen: WorldEvent[] = [];
    let earlier = 0;
    const watching = virtual.events.subscribe((event) => {
      if (event.type === 'gauge') return;
      if (seen.push(event) < 2 * shownMax) return;
      earlier += seen.length - shownMax;
      seen = seen.slice(-shownMax);
    });
    let done = 0;
    try {
      while (done < steps && virtual.step()) {
        if (++done % stepsPerBreath === 0) await breathe(shell.signal);
      }
    } finally {
      watching.unsubscribe();
    }
    const shown = seen.slice(-shownMax);
    const leftOut = earlier + seen.length - shown.length;
    const ending = `${done < steps ? 'nothing is left to happen; ' : ''}now at ${moment(virtual.nowUs)}`;
    return {
      value: { nowMs: virtual.nowUs / 1000 },
      text: (look) =>
        shown.length === 0
          ? `${plural(done, 'step')} inside of nodes, of which nothing is told; ${ending}`
          : `${eventList(
              shown.map((event) => ({ event, more: 0 })),
              look,
              leftOut,
            )}\n${ending}`,
    };
  },
});
