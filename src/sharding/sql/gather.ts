/**
 * The rows that a SELECT needs of each table are fetched from their shards, those alone that its conditions on one table
 * let through, and it is answered over them as it stands. Right for whatever it asks; what it costs is rows.
 */
import type { SqlValue } from '../../protocols/sql';
import { type Distribution, isInexact, type Question } from './distribution';
import type { Names, Ref, Scope } from './names';
import type { Reading } from './reading';
import { NotTaken } from './refusal';
import type { Table } from './schema';
import type { Filling } from './scratch';
import { shownBy } from './settled';
import type { Access } from './survey';
import { cut, joined, quoted, sql, type Text, toSent } from './text';
import { conjuncts, type Expression, within } from './tree';

interface Fetched {
  readonly table: Table;
  readonly columns: readonly string[];
}

export function gather(reading: Reading): Distribution {
  const { accesses, parsed, select } = reading;
  const tables = new Map<Table, Access[]>();
  for (const access of accesses) tables.set(access.table, [...(tables.get(access.table) ?? []), access]);
  const fetched: Fetched[] = [];
  const questions: Question[] = [];
  for (const [table, all] of tables) {
    const columns = needed(reading, table);
    fetched.push({ table, columns });
    questions.push({ label: table.name, text: fetching(reading, table, columns, all), of: all });
  }
  const text = cut(parsed, select);
  return {
    way: 'gather',
    questions,
    merge: (answers, { parameters, scratch }) => {
      const fillings = fetched.map((one, index) =>
        filling(
          one,
          (answers[index] ?? []).flatMap(({ rows }) => rows),
        ),
      );
      return scratch.answer(fillings, toSent(text, parameters, -1));
    },
  };
}

/** Columns of a table that the statement names, in the order of the table. */
function needed({ names }: Reading, table: Table): readonly string[] {
  const named = new Set<string>();
  for (const { ref, column } of names.targets.values()) if (ref.table === table) named.add(column);
  for (const scope of names.scopes) {
    const { select } = scope;
    for (const source of select?.sources ?? []) for (const column of source.using) named.add(column);
    for (const column of select?.columns ?? []) {
      if (column.kind !== 'star') continue;
      if (shownBy(column, scope).some((ref) => ref.table === table))
        for (const name of table.columns.keys()) named.add(name);
    }
  }
  const columns = [...table.columns.keys()];
  const chosen = columns.filter((column) => named.has(column));
  return chosen.length > 0 ? chosen : [table.key];
}

function fetching(reading: Reading, table: Table, columns: readonly string[], accesses: readonly Access[]): Text {
  const [access, another] = accesses;
  const called = access === undefined || another !== undefined ? table.name : access.ref.called;
  const shown = columns.map((column) => quoted(table.columns.get(column)?.name ?? column)).join(', ');
  const from = sql`SELECT ${shown} FROM ${quoted(table.name)} AS ${quoted(called)}`;
  // A table that is named twice is fetched once, for both.
  if (access === undefined || another !== undefined) return from;
  const conditions = pruning.filters(access.ref, access.scope, reading.names);
  if (conditions.length === 0) return from;
  return sql`${from} WHERE ${joined(
    conditions.map((condition) => sql`(${cut(reading.parsed, condition)})`),
    ' AND ',
  )}`;
}

/** What is done by the shards before rows are moved. */
export const pruning = {
  /**
   * Conditions on one table alone, without which its rows can play no part. Not those of a WHERE clause on the right side of a
   * LEFT JOIN: they judge what the join made, NULLs included, and `IS NULL` would find other rows if some were missing.
   */
  filters(ref: Ref, { select, refs }: Scope, names: Names): readonly Expression[] {
    const isLeft = ref.source?.join === 'left';
    const inner = refs.flatMap(({ source }) => (source?.join === 'inner' ? conjuncts(source.on) : []));
    const all = isLeft ? conjuncts(ref.source?.on) : [...conjuncts(select?.where), ...inner];
    return all.filter((condition) => {
      const parts = [...within(condition)];
      const columns = parts.flatMap((part) => names.targets.get(part) ?? []);
      if (columns.length === 0 || columns.some((target) => target.ref !== ref)) return false;
      return !parts.some((part) => part.kind === 'query' || names.aliases.has(part));
    });
  },
};

function filling({ table, columns }: Fetched, rows: readonly (readonly SqlValue[])[]): Filling {
  const declared = [...table.columns.values()].map(({ name, affinity }) => `${quoted(name)} ${affinity}`);
  const shown = columns.map((column) => quoted(table.columns.get(column)?.name ?? column)).join(', ');
  const exact = columns.flatMap((column, index) =>
    /^(INTEGER|NUMERIC)$/.test(table.columns.get(column)?.affinity ?? '') ? [index] : [],
  );
  for (const row of rows) {
    const index = exact.find((one) => isInexact(row[one]));
    if (index === undefined) continue;
    throw new NotTaken(
      'limit',
      `${table.name}.${columns[index]} is ${row[index]}, and no number from 2^53 on comes through a message as it was`,
    );
  }
  return {
    create: `CREATE TABLE ${quoted(table.name)} (${declared.join(', ')})`,
    insert: `INSERT INTO ${quoted(table.name)} (${shown}) VALUES (${columns.map(() => '?').join(', ')})`,
    rows,
  };
}
