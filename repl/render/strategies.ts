/** How each strategy has gone, and who has which part of the keys. */
import { type Look, page, palette, wrap } from '../../src/drawing/look';
import { count, durationOfMs, percent } from '../../src/drawing/numbers';
import type { CacheRings, Strategies, StrategyReport } from '../../src/world/strategy-operator';
import { writesBehind } from './behind';
import { type Column, table } from './table';

export function strategies({ strategies: all, ttlMs, silent, behind }: Strategies, look: Look): string {
  const { quiet, name, bad } = palette(look);
  const figures = table(
    all,
    [
      { title: 'strategy', cell: ({ strategy }) => strategy, paint: name },
      { title: 'now', cell: ({ isSet }) => (isSet ? 'yes' : '') },
      { title: 'reads', cell: ({ reads }) => count(reads), align: 'right' },
      { title: 'hits', cell: ({ hitRatio }) => (hitRatio === undefined ? '-' : percent(hitRatio)), align: 'right' },
      { title: 'queries', cell: ({ queries }) => count(queries), align: 'right' },
      { title: 'saved', cell: ({ saved }) => count(saved), align: 'right' },
      { title: 'writes', cell: ({ writes }) => count(writes), align: 'right', keep: 4 },
      { title: 'waits', cell: ({ waits }) => count(waits), align: 'right', keep: 2 },
      ...(all.some(({ stale }) => stale > 0) ? [staleShown] : []),
      { title: 'gutter', cell: ({ gutterHits }) => count(gutterHits), align: 'right', keep: 3 },
      { title: 'mean', cell: ({ meanMs }) => (meanMs === undefined ? '-' : durationOfMs(meanMs)), align: 'right' },
      { title: 'worst', cell: ({ slowestMs }) => durationOfMs(slowestMs), align: 'right', keep: 1 },
    ],
    look,
  );
  const note = `queries: what the database was asked for these reads; saved: what it was not; rows are cached for ${durationOfMs(ttlMs)}`;
  const absent = silent.map(({ reason }) => bad(reason));
  const written = behind === undefined ? [] : ['', writesBehind(behind, look)];
  return [figures, page([...wrap(note, look.columns).map(quiet), ...absent], look), ...written].join('\n');
}

const staleShown: Column<StrategyReport> = {
  title: 'stale',
  cell: ({ stale }) => count(stale),
  align: 'right',
  keep: 5,
};

export function rings({ servers, key }: CacheRings, look: Look): string {
  const { name } = palette(look);
  const figures = table(
    servers,
    [
      { title: 'server', cell: ({ node }) => node, paint: name },
      { title: 'pool', cell: ({ pool }) => pool },
      { title: 'share of keys', cell: ({ share }) => percent(share), align: 'right' },
    ],
    look,
  );
  if (key === undefined) return figures;
  const standIn = key.gutter === undefined ? '' : `; while that is dead, ${key.gutter} stands in`;
  return [figures, page(wrap(`${key.key} is on ${key.home ?? 'no server'}${standIn}`, look.columns), look)].join('\n');
}
