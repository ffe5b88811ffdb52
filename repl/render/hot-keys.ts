/**
 * The keys that are asked for most: how often, as a share of all, and where they are.
 */
import { type Look, page, palette, plural, wrap } from '../../src/drawing/look';
import { count, durationOfMs, percent } from '../../src/drawing/numbers';
import type { Heat, HotKey, HotTable } from '../../src/world/sharding-operator';
import { table } from './table';

/** One key in twenty requests: that is more than chance and a long tail give. */
const standsOut = 0.05;

interface Line {
  readonly of: HotTable;
  readonly key: HotKey;
}

/** @param most keys of each table. */
export function hotKeys(heat: Heat, most: number, look: Look): string {
  const { name, quiet, warn } = palette(look);
  const lines = heat.tables.flatMap((of) => of.keys.slice(0, most).map((key): Line => ({ of, key })));
  const notes = notesOf(heat).flatMap((note) => wrap(note, look.columns));
  if (lines.length === 0) return page(notes.map(quiet), look);
  const drawn = table(
    lines,
    [
      { title: 'table', cell: ({ of }) => of.table, paint: name },
      { title: 'key', cell: ({ key }) => String(key.key), align: 'right', narrow: 20 },
      { title: 'requests', cell: ({ key }) => key.count },
      { title: 'at least', cell: ({ key }) => key.atLeast, keep: 2 },
      {
        title: 'share',
        cell: ({ of, key }) => percent(key.count / Math.max(1, of.total)),
        align: 'right',
        paint: (text, { of, key }) => (key.atLeast > standsOut * of.total ? warn(text) : text),
      },
      { title: 'sure', cell: ({ key }) => (key.guaranteed ? 'yes' : 'no'), keep: 1 },
      { title: 'shard', cell: ({ key }) => key.shards.join(' ') },
    ],
    look,
  );
  return [drawn, page(notes.map(quiet), look)].join('\n');
}

function notesOf({ windowMs, routers, tables }: Heat): string[] {
  const by = routers.length === 1 ? routers.join('') : plural(routers.length, 'router');
  if (tables.length === 0) return [`no key was asked for through ${by} in the last ${durationOfMs(windowMs)}`];
  const stands = tables.some(({ keys, total }) => keys.some(({ atLeast }) => atLeast > standsOut * total));
  return [
    `in the last ${durationOfMs(windowMs)}, through ${by}${stands ? '' : '; no key stands out'}`,
    ...tables.map(({ table: of, total, threshold }) => {
      const most = count(Math.ceil(threshold));
      return `${of}: ${plural(total, 'request')}; any key with more than ${most} is counted, sure if at least that`;
    }),
  ];
}
