/**
 * Replication modes side by side: what each costs, and what it risks.
 */
import { type Look, page, palette, plural, wrap } from '../../src/drawing/look';
import { count, durationOfMs, rate } from '../../src/drawing/numbers';
import type { TrialLoad, TrialResult } from '../shell/replication-trial';
import { table } from './table';

export interface Comparison {
  readonly load: TrialLoad;
  readonly stage: string;
  readonly results: readonly TrialResult[];
}

export function comparison({ load, stage, results }: Comparison, look: Look): string {
  const { quiet, good, bad } = palette(look);
  const figures = table(
    results,
    [
      { title: 'copies', cell: ({ apartMs }) => (apartMs === 0 ? 'side by side' : `${durationOfMs(apartMs)} apart`) },
      { title: 'mode', cell: ({ name }) => name },
      { title: 'p50', cell: ({ p50Ms }) => durationOfMs(p50Ms), align: 'right' },
      { title: 'p99', cell: ({ p99Ms }) => durationOfMs(p99Ms), align: 'right' },
      { title: 'writes', cell: ({ writesPerS }) => rate(writesPerS), align: 'right' },
      { title: 'failed', cell: ({ failed }) => count(failed), align: 'right', keep: 2 },
      {
        title: 'at risk',
        cell: ({ atRiskMax }) => count(atRiskMax),
        align: 'right',
        paint: (text, { atRiskMax }) => (atRiskMax > 0 ? bad(text) : good(text)),
      },
      { title: 'mean', cell: ({ atRiskMean }) => atRiskMean.toFixed(1), align: 'right', keep: 1 },
    ],
    look,
  );
  const notes = [
    `at risk: writes that users had been told are done and that would be gone if the primary's box were lost for good at that moment, at worst and on average`,
    `each mode in a simulated world of its own: stage ${stage}, seed ${load.seed}, ${plural(load.users, 'user')} who write without a pause for ${durationOfMs(load.ms)}`,
  ];
  return [figures, page(notes.flatMap((note) => wrap(note, look.columns)).map(quiet), look)].join('\n');
}
