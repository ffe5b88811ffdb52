/**
 * Tables without borders: a quiet header, numbers to the right. Where the screen is narrow the long texts are cut first,
 * then columns go, the least important one first, so that what is left can still be read.
 */
import { cut, type Look, left, oneLine, page, palette, width, wrap } from '../../src/drawing/look';
import { count } from '../../src/drawing/numbers';

/** One column: what stands in its cells, and what becomes of it where there is no room. */
export interface Column<Row> {
  readonly title: string;
  /** Numbers are grouped and stand on the right. */
  readonly cell: (row: Row) => string | number;
  /** Default: right if all cells are numbers. */
  readonly align?: 'left' | 'right';
  /** The lowest goes first; a column without one always stays. */
  readonly keep?: number;
  /** May be cut to this many columns before any column goes. */
  readonly narrow?: number;
  readonly paint?: (text: string, row: Row) => string;
}

const gap = 2;

/** A column with its cells as text, while room is being found for it. */
interface Laid<Row> {
  readonly column: Column<Row>;
  readonly texts: readonly string[];
  readonly align: 'left' | 'right';
  readonly wide: number;
}

/**
 * @example
 * table([{ id: 'web-1', load: 12 }], [
 *   { title: 'node', cell: (row) => row.id },
 *   { title: 'load', cell: (row) => row.load, keep: 1 },
 * ], plain);
 */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], look: Look): string {
  const fitting = fit(
    columns.map((column) => lay(column, rows)),
    look.columns,
  );
  const { quiet } = palette(look);
  const Table: typeof import('cli-table3') = require('cli-table3');
  const grid = new Table({
    head: fitting.map(({ column }) => quiet(column.title)),
    colAligns: fitting.map(({ align }) => align),
    // The library counts its paddings in: each column is followed by the gap, which the last one does not need.
    colWidths: fitting.map(({ wide }) => wide + gap),
    chars: borderless,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': gap },
  });
  rows.forEach((row, at) => {
    grid.push(
      fitting.map(({ column, texts, wide }) => {
        const text = cut(texts[at] ?? '', wide);
        return column.paint === undefined || text === '' ? text : column.paint(text, row);
      }),
    );
  });
  return page(grid.toString().split('\n'), look);
}

/** Names and values under each other: `state    running`. A long value goes on below itself. */
export function pairs(entries: readonly (readonly [string, string])[], look: Look, indent = ''): string {
  const { quiet } = palette(look);
  const wide = Math.max(0, ...entries.map(([name]) => width(name)));
  const start = width(indent) + wide + gap;
  const lines = entries.flatMap(([name, value]) => {
    const [first = '', ...rest] = wrap(value, Math.max(10, look.columns - start));
    const below = rest.map((line) => ' '.repeat(start) + line);
    return [`${indent}${quiet(left(name, wide))}${' '.repeat(gap)}${first}`, ...below];
  });
  return page(lines, look);
}

function lay<Row>(column: Column<Row>, rows: readonly Row[]): Laid<Row> {
  const cells = rows.map(column.cell);
  const texts = cells.map((cell) => (typeof cell === 'number' ? count(cell) : oneLine(cell)));
  const numeric = cells.length > 0 && cells.every((cell) => typeof cell === 'number');
  const wide = Math.max(width(column.title), ...texts.map(width));
  return { column, texts, align: column.align ?? (numeric ? 'right' : 'left'), wide };
}

/** Makes room: narrows what may be narrowed, as little as needed; if that is not enough a column goes. */
function fit<Row>(laid: readonly Laid<Row>[], columns: number): readonly Laid<Row>[] {
  let excess = laid.reduce((sum, { wide }) => sum + wide + gap, -gap) - columns;
  if (excess <= 0) return laid;
  const narrowed = laid.map((one) => {
    const least = Math.max(width(one.column.title), one.column.narrow ?? one.wide);
    const give = Math.max(0, Math.min(excess, one.wide - least));
    excess -= give;
    return { ...one, wide: one.wide - give };
  });
  if (excess <= 0) return narrowed;
  const leaving = laid
    .filter(({ column }) => column.keep !== undefined)
    .sort((a, b) => (a.column.keep ?? 0) - (b.column.keep ?? 0))[0];
  return leaving === undefined
    ? narrowed
    : fit(
        laid.filter((one) => one !== leaving),
        columns,
      );
}

const borderless = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};
