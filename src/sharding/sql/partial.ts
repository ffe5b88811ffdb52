/**
 * Each shard answers for its own rows; what they answer is put together. Here the form where the shards' rows are rows of
 * the answer, but for order, DISTINCT and LIMIT; where groups have rows on several shards, see groups.ts.
 */
import type { SqlValue } from '../../protocols/sql';
import type { Part } from './context';
import { type Distribution, type Given, isInexact } from './distribution';
import { uncounted } from './names';
import type { Reading } from './reading';
import { NotTaken } from './refusal';
import { aliasEdits, canonical, outputsOf, shownBy, uncollated } from './settled';
import { cut, joined, quoted, sql, type Text, toSent } from './text';
import { type Expression, type ResultColumn, within } from './tree';

/** How the rows of an answer are sorted: by which of the columns that come from the shards. */
interface Sorting {
  /** A result column; or one of those added behind the result columns. */
  readonly by: { readonly result: number } | { readonly added: number };
  readonly how: string;
}

/** Nothing where it cannot be answered this way. */
export function rows(reading: Reading): Distribution | undefined {
  const { select, parsed } = reading;
  if (hasInnerCollation(reading)) return undefined;
  const added: Text[] = [];
  const sortings: Sorting[] = [];
  for (const { expression, direction } of select.orderBy) {
    const { bare, collation } = uncollated(expression);
    if (reading.names.aliases.get(bare) === uncounted) return undefined;
    const how = `${collation}${direction}`;
    const result = resultPlace(reading, bare);
    if (result !== undefined) sortings.push({ by: { result }, how });
    else {
      // Rows that are the same in all that is selected may differ in this: which of them counts is anybody's guess.
      if (select.isDistinct) return undefined;
      sortings.push({ by: { added: added.length }, how });
      added.push(cut(parsed, bare, aliasEdits(reading)));
    }
  }
  const { limit, offset } = select;
  const isPushed = limit !== undefined && [limit, offset].every((one) => one === undefined || isConstant(one));
  if (limit !== undefined && !isPushed) return undefined;
  const columns = joined(
    [...select.columns.map((column) => shown(reading, column)), ...added.map((text) => sql`(${text})`)],
    ', ',
  );
  const text = sql`SELECT ${select.isDistinct ? 'DISTINCT ' : ''}${columns} ${cut(parsed, select.body)}${grouping(reading)}${limit === undefined ? '' : sql`${pushing.order(reading)} LIMIT ${[{ place: 'pushed limit' as const }]}`}`;
  return {
    way: 'partial',
    questions: [{ label: 'rows', text, of: undefined }],
    merge: ([parts = []], given) => {
      const width = Math.max(0, ...parts.map((part) => part.columns.length)) - added.length;
      const columns = parts[0]?.columns.slice(0, width) ?? [];
      const all = parts.flatMap((part) => part.rows);
      if (added.length === 0 && sortings.length === 0 && !select.isDistinct && limit === undefined)
        return { columns, rows: all };
      return { columns, rows: together(reading, sortings, width, added.length, all, given) };
    },
  };
}

function together(
  reading: Reading,
  sortings: readonly Sorting[],
  width: number,
  added: number,
  all: readonly Part['rows'][number][],
  { parameters, scratch }: Given,
): SqlValue[][] {
  const { select } = reading;
  const compared = select.isDistinct
    ? Array.from({ length: width }, (_, index) => index)
    : sortings.map(({ by }) => ('result' in by ? by.result : width + by.added));
  for (const row of all) {
    if (compared.some((index) => isInexact(row[index]))) {
      throw new NotTaken(
        'limit',
        'a number from 2^53 on does not come through a message as it was, so it cannot be sorted by',
      );
    }
  }
  const names = Array.from({ length: width + added }, (_, index) => `c${index}`);
  const visible = names.slice(0, width).join(', ');
  const order = sortings.map(({ by, how }) => `${names['result' in by ? by.result : width + by.added]}${how}`);
  const ordered = order.length === 0 ? '' : ` ORDER BY ${order.join(', ')}`;
  const table = `rows_of_${names.length}`;
  const final = sql`SELECT ${select.isDistinct ? 'DISTINCT ' : ''}${visible} FROM ${table}${ordered}${limiting(reading)}`;
  const filling = {
    create: `CREATE TABLE ${table} (${names.join(', ')})`,
    insert: `INSERT INTO ${table} VALUES (${names.map(() => '?').join(', ')})`,
    rows: all,
  };
  return scratch.answer([filling], toSent(final, parameters, -1)).rows;
}

/** How many rows of each shard may be among those that are asked for; -1, all, where SQLite is to judge what was given. */
export function pushedLimit({ select: { limit, offset } }: Reading, parameters: readonly SqlValue[]): number {
  const [rows, skipped] = [limit, offset].map((one) => {
    if (one?.kind === 'parameter') return parameters[one.place];
    return one?.kind === 'literal' ? one.value : 0;
  });
  if (typeof rows !== 'number' || typeof skipped !== 'number') return -1;
  if (!Number.isSafeInteger(rows) || rows < 0 || !Number.isSafeInteger(skipped)) return -1;
  const sum = rows + Math.max(0, skipped);
  return Number.isSafeInteger(sum) ? sum : -1;
}

/** LIMIT and OFFSET as they were asked for. */
export function limiting({ select: { limit, offset }, parsed }: Reading): Text {
  if (limit === undefined) return [];
  return sql` LIMIT ${cut(parsed, limit)}${offset === undefined ? '' : sql` OFFSET ${cut(parsed, offset)}`}`;
}

function isConstant(expression: Expression): boolean {
  return expression.kind === 'literal' || expression.kind === 'parameter';
}

/** Whether something is compared by a collation that the columns of answers would not have. */
export function hasInnerCollation({ select }: Reading): boolean {
  const terms = select.orderBy.map(({ expression }) => uncollated(expression).bare);
  const sorted = new Set(select.orderBy.map(({ expression }) => expression));
  const others = outputsOf(select).filter((output) => !sorted.has(output));
  return [...others, ...select.groupBy, ...terms].some((one) =>
    [...within(one)].some(({ kind }) => kind === 'collate'),
  );
}

/** Which result column an ORDER BY term is, if it is one. */
function resultPlace(reading: Reading, term: Expression): number | undefined {
  const { names, parsed, select, scope } = reading;
  const place = names.aliases.get(term);
  const starless = select.columns.every(({ kind }) => kind === 'expression');
  if (place !== undefined) return starless ? place : undefined;
  const wanted = canonical(term, parsed, names);
  if (starless) {
    const found = select.columns.findIndex(
      (column) => column.kind === 'expression' && canonical(column.expression, parsed, names) === wanted,
    );
    return found < 0 ? undefined : found;
  }
  // Only a lone * of sources that share no column by USING stands for columns that can be counted.
  const [only, ...others] = select.columns;
  if (only?.kind !== 'star' || others.length > 0 || select.sources.some(({ using }) => using.length > 0))
    return undefined;
  const target = names.targets.get(term);
  const refs = shownBy(only, scope);
  let passed = 0;
  for (const ref of refs) {
    const index = [...ref.columns.keys()].indexOf(target?.column ?? '');
    if (target?.ref === ref && index >= 0) return passed + index;
    passed += ref.columns.size;
  }
  return undefined;
}

function shown({ parsed }: Reading, column: ResultColumn): Text {
  if (column.kind === 'star') return [column.table === undefined ? '*' : `${quoted(column.table)}.*`];
  const alias = column.alias === undefined ? '' : ` AS ${quoted(column.alias)}`;
  return sql`${cut(parsed, column.expression)}${alias}`;
}

function grouping({ select, parsed }: Reading): Text {
  const { groupBy, having } = select;
  const terms = joined(
    groupBy.map((term) => cut(parsed, term)),
    ', ',
  );
  return sql`${groupBy.length === 0 ? '' : sql` GROUP BY ${terms}`}${having === undefined ? '' : sql` HAVING ${cut(parsed, having)}`}`;
}

/** What goes to the shards together with a LIMIT. */
export const pushing = {
  /** A shard's first rows are those that may be among the first of all. */
  order({ select, parsed }: Reading): Text {
    if (select.orderBy.length === 0) return [];
    return sql` ORDER BY ${joined(
      select.orderBy.map(({ expression, direction }) => sql`${cut(parsed, expression)}${direction}`),
      ', ',
    )}`;
  },
};
