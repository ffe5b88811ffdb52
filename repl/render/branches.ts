/**
 * Two branches of one history side by side: what users live through without something, and with it.
 */

import { type Look, page, palette, plural, wrap } from '../../src/drawing/look';
import { count, durationOfMs, percent } from '../../src/drawing/numbers';
import type { Lived } from '../shell/branch';
import { table } from './table';

export interface Branches {
  readonly without: Lived;
  readonly with: Lived;
  /** Commands of the history that were done in both. */
  readonly ahead: number;
}

const namesMax = 8;

interface Row {
  readonly title: string;
  readonly of: (lived: Lived) => string;
  /** Whether more of it is worse. */
  readonly bad?: (lived: Lived) => number;
}

const rows: readonly Row[] = [
  { title: 'operations', of: ({ operations }) => count(operations) },
  { title: 'went well', of: ({ ok, operations }) => (operations === 0 ? '-' : percent(ok / operations)) },
  { title: 'failed', of: ({ failed }) => count(failed), bad: ({ failed }) => failed },
  { title: 'outcome unknown', of: ({ unknown }) => count(unknown), bad: ({ unknown }) => unknown },
  { title: 'half within', of: ({ p50Ms, ok }) => latency(p50Ms, ok) },
  { title: '95 in 100 within', of: ({ p95Ms, ok }) => latency(p95Ms, ok) },
  { title: '99 in 100 within', of: ({ p99Ms, ok }) => latency(p99Ms, ok) },
  { title: 'slowest', of: ({ maxMs, ok }) => latency(maxMs, ok) },
  { title: 'stale reads', of: ({ staleReads }) => count(staleReads), bad: ({ staleReads }) => staleReads },
  {
    title: 'lost writes',
    of: ({ lostWrites }) => count(lostWrites.length),
    bad: ({ lostWrites }) => lostWrites.length,
  },
  { title: 'unreadable', of: ({ unreadable }) => count(unreadable.length), bad: ({ unreadable }) => unreadable.length },
];

/** A table, and the rows that were lost by name. */
export function branches(both: Branches, look: Look): string {
  const { bad, quiet } = palette(look);
  const figures = table(
    rows,
    [
      { title: '', cell: ({ title }) => title },
      { title: 'as it is', cell: ({ of }) => of(both.without), align: 'right' },
      {
        title: 'what if',
        cell: ({ of }) => of(both.with),
        align: 'right',
        paint: (text, row) => ((row.bad?.(both.with) ?? 0) > (row.bad?.(both.without) ?? 0) ? bad(text) : text),
      },
    ],
    look,
  );
  const notes = [
    ...(['without', 'with'] as const).flatMap((which) => lost(both[which], which === 'with' ? 'what if' : 'as it is')),
    `${durationOfMs(both.with.seconds * 1000)} of users in each; then the load stopped and all was repaired, to see what was lost`,
    ...(both.ahead === 0
      ? []
      : [`what lies ahead, ${plural(both.ahead, 'command')}, was done in both as its time came`]),
    ...(both.without.operations + both.with.operations === 0
      ? ['nobody used the site in that time; keep up a load first, for example: load 100rps --writes 10%']
      : []),
  ];
  return page([figures, ...notes.flatMap((note) => wrap(note, look.columns)).map(quiet)].join('\n').split('\n'), look);
}

function lost({ lostWrites, unreadable }: Lived, title: string): string[] {
  const named = (what: string, keys: readonly string[]): string[] => {
    if (keys.length === 0) return [];
    const more = keys.length > namesMax ? ` and ${keys.length - namesMax} more` : '';
    return [`${title}: ${what} ${keys.slice(0, namesMax).join(', ')}${more}`];
  };
  return [...named('acknowledged writes were lost of', lostWrites), ...named('nobody could read', unreadable)];
}

function latency(ms: number, ok: number): string {
  return ok === 0 ? '-' : durationOfMs(ms);
}
