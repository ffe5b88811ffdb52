/**
 * What SQL gave: rows as a table, or one under the other where they are too wide for that; and below, in one line, how
 * much came and from where.
 */
import { type Look, oneLine, page, palette, width, wrap } from '../../src/drawing/look';
import { count } from '../../src/drawing/numbers';
import type { SqlValue } from '../../src/protocols/sql';
import type { SqlAnswer } from '../../src/world/sql-operator';
import { pairs, table } from './table';

type Done = Extract<SqlAnswer, { outcome: 'done' }>;
type Row = readonly SqlValue[];

/** So many rows fit a screen; the rest is counted. */
const rowsMax = 20;
/** Rows that do not fit side by side take a line for each column. */
const uprightMax = 5;
/** Texts are cut to this before a table is given up. */
const narrowest = 12;
const gap = 2;

/**
 * @param all whether every row is shown, however many there are.
 *
 * @example
 * rows({ outcome: 'done', by: 'db-1', columns: ['n'], rows: [[1]], changes: 0, lastId: 0, position: 4 }, false, plain);
 * // n
 * // 1
 * // 1 row from db-1 at log position 4
 */
export function rows(answer: SqlAnswer, all: boolean, look: Look): string {
  const { warn, quiet } = palette(look);
  if (answer.outcome === 'unknown') {
    return wrap(`unknown: ${answer.reason}; it may be done, now or later, or lost`, look.columns).map(warn).join('\n');
  }
  const fits = sideBySide(answer, look);
  const most = all ? answer.rows.length : fits ? rowsMax : uprightMax;
  const shown = answer.rows.slice(0, most);
  const below = [
    ...wrap(summary(answer, shown.length), look.columns).map(quiet),
    ...missing(answer).flatMap((line) => wrap(line, look.columns).map(warn)),
  ].join('\n');
  if (shown.length === 0) return below;
  const data = fits ? asTable(answer, shown, look) : shown.map((row) => upright(answer, row, look)).join('\n\n');
  return `${data}\n${below}`;
}

/**
 * `3 rows changed, log position 1043, term 2`; `2 rows from db-1 at log position 1043, term 2`; `2 rows from 4 shards by
 * router-1, 30 rows moved`.
 */
function summary({ columns, rows: found, changes, by, position, term, route }: Done, shown: number): string {
  const where = `log position ${position}${term === undefined ? '' : `, term ${term}`}`;
  const left = found.length - shown;
  const cutOff = left > 0 ? `; ${count(left)} more: --all shows them, LIMIT asks for fewer` : '';
  const isRead = columns.length > 0 && changes === 0;
  if (route !== undefined) {
    const [only = '', another] = route.shards;
    const moved = `${rowCount(route.rowsMoved)} moved`;
    if (another !== undefined) {
      return `${rowCount(found.length)} from ${route.shards.length} shards by ${by}, ${moved}${cutOff}`;
    }
    if (isRead) return `${rowCount(found.length)} from ${only} by ${by}, ${where}${cutOff}`;
    return `${rowCount(changes)} changed on ${only} by ${by}, ${where}${cutOff}`;
  }
  if (isRead) return `${rowCount(found.length)} from ${by} at ${where}${cutOff}`;
  return `${rowCount(changes)} changed, ${where}${cutOff}`;
}

/** What is not in it, and why. */
function missing({ route }: Done): string[] {
  return (route?.missing ?? []).map(({ shard, reason }) => `without ${shard}: ${reason}`);
}

function rowCount(found: number): string {
  return `${count(found)} ${found === 1 ? 'row' : 'rows'}`;
}

function asTable({ columns }: Done, shown: readonly Row[], look: Look): string {
  const { quiet } = palette(look);
  return table(
    shown,
    columns.map((title, place) => ({
      title: oneLine(title),
      cell: (row: Row) => valueText(row[place]),
      align: isNumeric(shown, place) ? 'right' : 'left',
      ...(isNumeric(shown, place) ? {} : { narrow: narrowest }),
      paint: (text, row) => (row[place] === null ? quiet(text) : text),
    })),
    look,
  );
}

function upright({ columns }: Done, row: Row, look: Look): string {
  const named = columns.map((title, place): readonly [string, string] => [oneLine(title), valueText(row[place])]);
  return page(pairs(named, look).split('\n'), look);
}

/** Whether a table of all columns can still be read at this width. */
function sideBySide({ columns, rows: found }: Done, look: Look): boolean {
  const shown = found.slice(0, rowsMax);
  const wides = columns.map((title, place) => {
    const texts = shown.map((row) => width(valueText(row[place])));
    const wide = Math.max(0, ...texts);
    return Math.max(width(title), isNumeric(shown, place) ? wide : Math.min(wide, narrowest));
  });
  return wides.reduce((sum, wide) => sum + wide + gap, -gap) <= look.columns;
}

function isNumeric(shown: readonly Row[], place: number): boolean {
  return shown.every((row) => typeof row[place] === 'number' || row[place] === null);
}

/** NULL is to be told from a text that is empty. Numbers stand as they are: one may want to type them again. */
function valueText(value: SqlValue | undefined): string {
  return value === null || value === undefined ? 'NULL' : oneLine(String(value));
}
