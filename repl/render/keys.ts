/**
 * Shard keys side by side: how many values and rows each has, how evenly shards would share them, and whether that is good.
 */
import { type Look, page, palette, plural, wrap } from '../../src/drawing/look';
import { count, percent } from '../../src/drawing/numbers';
import type { Method } from '../../src/protocols/shard-map';
import type { KeyTrial } from '../shell/key-trial';
import { probability, tooFewNote } from './probability';
import { table } from './table';

export interface Keys {
  readonly method: Method;
  readonly shards: number;
  readonly results: readonly KeyTrial[];
}

export function keys({ method, shards, results }: Keys, look: Look): string {
  const { quiet, good, bad } = palette(look);
  const figures = table(
    results,
    [
      { title: 'key', cell: ({ column }) => column },
      { title: 'values', cell: ({ quality }) => quality.keys },
      { title: 'rows', cell: ({ quality }) => quality.rows, keep: 3 },
      {
        title: 'rows by shard',
        cell: ({ quality }) => quality.shards.map(({ rows }) => count(rows)).join(' '),
        keep: 1,
        narrow: 20,
      },
      { title: 'max/mean', cell: ({ quality }) => quality.maxToMean.toFixed(2), align: 'right' },
      {
        title: 'chi-square',
        cell: ({ quality }) => count(Math.round(quality.chiSquare.statistic)),
        align: 'right',
        keep: 2,
      },
      { title: 'p', cell: ({ quality }) => probability(quality.chiSquare), align: 'right', keep: 2 },
      { title: 'hottest', cell: ({ quality }) => hottest(quality), keep: 2 },
      {
        title: '',
        cell: ({ quality }) => quality.verdict,
        paint: (text, { quality }) => (quality.verdict === 'good' ? good(text) : bad(text)),
      },
    ],
    look,
  );
  const notes = [
    ...results.map(({ column, quality }) => `${column}: ${quality.because}`),
    ...results.flatMap(({ column, without }) => {
      return without === 0 ? [] : [`${column}: ${plural(without, 'row')} without a value would have no shard`];
    }),
    `as ${plural(shards, 'shard')} by ${method} would have them; p is how often even chance is at least this uneven`,
    ...(results.some(({ quality }) => quality.chiSquare.isTooFew) ? [tooFewNote] : []),
  ];
  return [figures, page(notes.flatMap((note) => wrap(note, look.columns)).map(quiet), look)].join('\n');
}

function hottest({ hottest: most, rows }: KeyTrial['quality']): string {
  return most === undefined ? '' : `${most.key} (${percent(most.rows / rows)})`;
}
