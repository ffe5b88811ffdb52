/**
 * Measured rows as a Markdown table: medians, the ratio of the rounds with its spread, the target, and whether it was met.
 * Rows with columns of their own follow in tables of their own.
 */
import type { Column, Measured, Reach, Unit } from './harness';

const heads = ['what', 'ours', 'peer', 'ratio (min–max)', 'reach', 'reached'] as const;

export function table(rows: readonly Measured[]): string {
  const plain = rows.filter(({ columns }) => columns === undefined);
  const tables = plain.length === 0 ? [] : [grid(heads, plain.map(line))];
  const wide = new Map<string, { readonly heads: readonly string[]; readonly lines: string[][] }>();
  for (const { what, columns } of rows) {
    if (columns === undefined) continue;
    const heads = ['what', ...columns.map(({ name }) => name)];
    const of = wide.get(heads.join()) ?? { heads, lines: [] };
    of.lines.push([what, ...columns.map(cell)]);
    wide.set(heads.join(), of);
  }
  for (const { heads, lines } of wide.values()) tables.push(grid(heads, lines));
  return tables.join('\n\n');
}

function grid(heads: readonly string[], cells: readonly (readonly string[])[]): string {
  const widths = heads.map((head, column) => Math.max(head.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const print = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [print(heads), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...cells.map(print)].join('\n');
}

/** What is the same in every round needs no spread. */
function cell({ unit, spread: { median, min, max } }: Column): string {
  return min === max ? figure(median, unit) : `${figure(median, unit)} (${short(min)}–${short(max)})`;
}

function line(row: Measured): string[] {
  const { what, ours, unit, peer, ratio, reach, reached } = row;
  return [
    what,
    // A ratio carries the spread where there is one; a figure that stands alone carries its own.
    ratio === undefined
      ? `${figure(ours.median, unit)} (${short(ours.min)}–${short(ours.max)})`
      : figure(ours.median, unit),
    peer === undefined ? '' : `${figure(peer.spread.median, unit)} ${peer.name}`,
    ratio === undefined
      ? ''
      : `${factor(ratio.spread.median)} ${ratio.of === 'rate' ? 'as many' : unit === 'MB' || unit === 'rows' ? 'as much' : 'its time'} (${factor(ratio.spread.min)}–${factor(ratio.spread.max)})`,
    reach === undefined ? '' : target(reach, unit),
    reached === undefined ? '' : reached ? 'yes' : 'no',
  ];
}

function target(reach: Reach, unit: Unit): string {
  const limit = 'atLeast' in reach ? reach.atLeast : reach.atMost;
  return `${'atLeast' in reach ? '≥' : '≤'} ${reach.of === 'ours' ? figure(limit, unit) : factor(limit)}`;
}

function figure(value: number, unit: Unit): string {
  return unit.startsWith('/') ? `${short(value)}${unit}` : `${short(value)} ${unit}`;
}

function factor(value: number): string {
  return `${value >= 20 ? Math.round(value) : Number(value.toPrecision(3))}×`;
}

/** `3.1M`, `125k`, `0.75`: three digits are more than a noisy machine can promise. */
function short(value: number): string {
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  if (value >= 1e4) return `${Number((value / 1e3).toPrecision(3))}k`;
  return `${Number(value.toPrecision(3))}`;
}
