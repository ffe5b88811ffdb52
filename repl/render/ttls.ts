/** Times to live side by side: what each costs the database, and how old what users see is. */
import { type Look, page, palette, plural, wrap } from '../../src/drawing/look';
import { count, durationOfMs, percent, rate } from '../../src/drawing/numbers';
import type { TtlLoad, TtlResult } from '../shell/ttl-trial';
import { table } from './table';

export interface Ttls {
  readonly stage: string;
  readonly load: TtlLoad;
  readonly results: readonly TtlResult[];
}

export function ttls({ stage, load, results }: Ttls, look: Look): string {
  const { quiet, good, bad } = palette(look);
  const figures = table(
    results,
    [
      { title: 'ttl', cell: ({ ttlMs }) => durationOfMs(ttlMs), align: 'right' },
      { title: 'hits', cell: ({ hitRatio }) => percent(hitRatio), align: 'right' },
      { title: 'queries', cell: ({ queriesPerS }) => rate(queriesPerS), align: 'right' },
      { title: 'reads', cell: ({ reads }) => count(reads), align: 'right' },
      {
        title: 'stale',
        cell: ({ stale }) => count(stale),
        align: 'right',
        paint: (text, { stale }) => (stale > 0 ? bad(text) : good(text)),
      },
      { title: 'share', cell: ({ stale, reads }) => percent(reads === 0 ? 0 : stale / reads), align: 'right' },
      { title: 'oldest', cell: ({ oldestMs }) => (oldestMs === 0 ? '-' : durationOfMs(oldestMs)), align: 'right' },
    ],
    look,
  );
  const notes = [
    'stale: reads that began after a newer version had been acknowledged; oldest: how long after, at most',
    `each in a simulated world of its own: stage ${stage}, ${load.strategy}, seed ${load.seed}, ${plural(load.users, 'user')}, 100 requests/s of which 2% are writes, for ${durationOfMs(load.ms)}`,
  ];
  return [figures, page(notes.flatMap((note) => wrap(note, look.columns)).map(quiet), look)].join('\n');
}
