/**
 * Kinds of stores side by side: what the same users get out of each, and what each can be asked at all.
 */
import { type Look, page, palette, plural, wrap } from '../../src/drawing/look';
import { count, durationOfMs, percent, rate } from '../../src/drawing/numbers';
import { type Act, acts, listed, type StoreLoad, type StoreResult } from '../shell/store-trial';
import { type Column, table } from './table';

export interface StoreComparison {
  readonly load: StoreLoad;
  readonly stage: string;
  readonly results: readonly StoreResult[];
}

/** What the figures do not show. */
const abilities: Readonly<Record<StoreResult['name'], string>> = {
  relational:
    'joins and conditions on any field, over all shards; transactions within a shard; one field is changed in place; rows have the shape of their table',
  'key-value':
    'keys and ranges of keys, nothing else: no conditions on fields, no joins, no transactions (compare-and-set on one key); a change is a read and a write of the whole value, so two requests',
  documents:
    'conditions on any path, fast where it is indexed; parts are changed in place; no joins, no transactions (compare-and-set on one document); any shape',
};

export function storeComparison({ load, stage, results }: StoreComparison, look: Look): string {
  const { quiet, bad } = palette(look);
  const figure = (act: Act, which: 'p50Ms' | 'p99Ms'): Column<StoreResult> => ({
    title: which === 'p50Ms' ? `${act} p50` : 'p99',
    cell: ({ acts: of }) => (of[act].done === 0 ? '-' : durationOfMs(of[act][which])),
    align: 'right',
  });
  const figures = table(
    results,
    [
      { title: 'store', cell: ({ name }) => name },
      { title: 'done', cell: ({ donePerS }) => rate(donePerS), align: 'right' },
      ...acts.flatMap((act) => [figure(act, 'p50Ms'), figure(act, 'p99Ms')]),
      {
        title: 'failed',
        cell: ({ failed }) => count(failed),
        align: 'right',
        keep: 1,
        paint: (text, { failed }) => (failed > 0 ? bad(text) : text),
      },
    ],
    look,
  );
  const can = results.map(({ name }) => `${name}: ${abilities[name]}`);
  const who = `${plural(load.users, 'user')} who ask without a pause for ${durationOfMs(load.ms)}`;
  const what = `${percent(load.reads)} reads, one in ten of them a page of ${listed}`;
  const notes = [
    `each store in a simulated world of its own, behind its routers: stage ${stage}, seed ${load.seed}, ${who}, ${what}`,
  ];
  // A narrow screen leaves that column out, and nobody shall miss it.
  const failures = results.flatMap(({ name, failed }) =>
    failed === 0 ? [] : [bad(`${name}: ${plural(failed, 'operation')} failed`)],
  );
  const text = [
    ...failures,
    ...can.flatMap((line) => wrap(line, look.columns)),
    ...notes.flatMap((line) => wrap(line, look.columns)).map(quiet),
  ];
  return [figures, page(text, look)].join('\n');
}
