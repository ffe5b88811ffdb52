/**
 * INSERT, REPLACE, UPDATE and DELETE: which rows they write, and so where they go. A write belongs to one shard; what would
 * need several is refused, since no transaction spans them.
 */
import type { SqlValue } from '../../protocols/sql';
import { type Bound, constantOf, placesOf } from './bound';
import type { Place } from './context';
import type { Ids } from './ids';
import { Names, type Scope } from './names';
import type { Parsed } from './parse';
import { NotTaken } from './refusal';
import type { Schema, Table } from './schema';
import { keyOf, survey, surveyWith } from './survey';
import { quoted } from './text';
import { Ties } from './ties';
import { conjuncts, type Delete, type Expression, folded, type Insert, type Update } from './tree';

/** A write without its parameters. */
export interface Write {
  readonly kind: 'write';
  readonly statement: string;
  /** What stands for each `?` of `statement`: a parameter that was given, or the id of a new row. */
  readonly slots: readonly Slot[];
  readonly table: Table;
  /** Rows that it reads or changes. */
  readonly bounds: readonly Bound[];
  /** Rows that it makes. */
  readonly rows: readonly NewRow[];
}

type Slot = number | { readonly row: number };

interface NewRow {
  /** Where the table gives ids: what the row is to have, `new` for one that is given to it. */
  readonly id: Expression | 'new' | undefined;
  readonly key: Expression | 'id';
  readonly part: Expression | 'id' | undefined;
}

/** A write with its parameters. */
export interface BoundWrite {
  readonly parameters: readonly SqlValue[];
  /** Nothing where the statement does not say which rows it touches. */
  readonly places: readonly Place[] | undefined;
}

export function prepareWrite(parsed: Parsed, written: Insert | Update | Delete, schema: Schema): Write {
  const names = new Names(schema);
  return written.kind === 'insert' ? insertion(parsed, written, names) : change(parsed, written, names);
}

/** Throws `NotTaken` where a row would be without a key. */
export function bindWrite(write: Write, given: readonly SqlValue[], ids: Ids): BoundWrite {
  const { slots, rows, bounds, table } = write;
  const rowIds = rows.map(({ id }) => {
    if (id === undefined) return null;
    const value = id === 'new' ? null : (constantOf(id, given) ?? null);
    if (value !== null) ids.has(table.name, value);
    return value ?? ids.next(table.name);
  });
  const places: Place[] = [];
  for (const [index, { key, part }] of rows.entries()) {
    const value = (what: Expression | 'id' | undefined): SqlValue => {
      if (what === 'id') return rowIds[index] ?? null;
      return what === undefined ? null : (constantOf(what, given) ?? null);
    };
    places.push(placeOf({ table, key: value(key), part: value(part) }));
  }
  const parameters = slots.map((slot) =>
    typeof slot === 'number' ? (given[slot] ?? null) : (rowIds[slot.row] ?? null),
  );
  for (const bound of bounds) {
    const found = placesOf(bound, given);
    if (found === undefined) return { parameters, places: undefined };
    places.push(...found);
  }
  return { parameters, places };
}

function placeOf({ table, key, part }: RowPlace): Place {
  const { name } = table;
  const found = keyOf(key, table.columns.get(table.key)?.affinity);
  const partFound = table.part === undefined ? undefined : keyOf(part, table.columns.get(table.part)?.affinity);
  if (typeof found === 'string' || partFound === 'unknown') {
    const [column, value] = typeof found === 'string' ? [table.key, key] : [table.part, part];
    throw new NotTaken(
      'not-distributable',
      `a row of ${name} needs its ${column}, by which rows are placed; ${shown(value)} is none`,
    );
  }
  if (partFound === undefined) return { table: name, key: found.key };
  return { table: name, key: found.key, part: partFound === 'none' ? null : partFound.key };
}

interface RowPlace {
  readonly table: Table;
  readonly key: SqlValue;
  readonly part: SqlValue;
}

function shown(key: SqlValue): string {
  return key === null ? 'NULL' : JSON.stringify(key);
}

function change(parsed: Parsed, written: Update | Delete, names: Names): Write {
  const scope = names.written(written.table, written.alias);
  const { table } = scope.refs[0] ?? {};
  if (table === undefined) throw new NotTaken('syntax', `no such table: ${written.table}`);
  if (written.kind === 'update') {
    const fixed = [table.key, ...(table.part === undefined ? [] : [table.part])].find((one) =>
      written.set.includes(one),
    );
    if (fixed !== undefined) {
      throw new NotTaken(
        'cross-shard',
        `${table.name}.${fixed} says where a row lies: insert the row anew and delete the old one`,
      );
    }
  }
  for (const expression of written.others) names.read(expression, scope);
  names.read(written.where, scope);
  const ties = Ties.of(scope, names, Ties.none());
  for (const condition of conjuncts(written.where)) ties.add(condition, names);
  const bounds = surveyWith(scope, names, ties);
  return { kind: 'write', statement: parsed.text, slots: asGiven(parsed), table, bounds, rows: [] };
}

function asGiven({ parametersAt }: Parsed): Slot[] {
  return parametersAt.map((_at, place) => place);
}

function insertion(parsed: Parsed, written: Insert, names: Names): Write {
  const scope = names.written(written.table, undefined, ['excluded']);
  const { table } = scope.refs[0] ?? {};
  if (table === undefined) throw new NotTaken('syntax', `no such table: ${written.table}`);
  const moved = [table.key, table.part].find((one) => one !== undefined && written.upserted.includes(one));
  if (moved !== undefined) {
    throw new NotTaken('cross-shard', `${table.name}.${moved} says where a row lies, so DO UPDATE cannot set it`);
  }
  const columns = written.columns ?? [...table.columns.keys()];
  const stranger = columns.find((column) => !table.columns.has(column));
  if (stranger !== undefined) throw new NotTaken('syntax', `table ${table.name} has no column named ${stranger}`);
  for (const expression of written.others) names.read(expression, scope);
  const { rows, select } = written;
  if (select !== undefined) return insertSelected(parsed, written, table, columns, names, scope);
  return insertRows(parsed, { ...written, rows: rows ?? [] }, table, columns, names, scope);
}

function insertRows(
  parsed: Parsed,
  written: Insert & { readonly rows: NonNullable<Insert['rows']> },
  table: Table,
  columns: readonly string[],
  names: Names,
  scope: Scope,
): Write {
  const bare: Scope = { ...scope, refs: [] };
  const rows: NewRow[] = [];
  const edits: Edit[] = [];
  const without = table.id !== undefined && !columns.includes(table.id);
  if (without) edits.push({ at: written.columnsAt, length: 0, text: `${quoted(table.id ?? '')}, ` });
  for (const [row, { values, from }] of written.rows.entries()) {
    if (values.length !== columns.length) {
      throw new NotTaken('syntax', `${values.length} values for ${columns.length} columns`);
    }
    for (const value of values) names.read(value, bare);
    const of = (column: string): Expression | undefined => values[columns.indexOf(column)];
    const id = table.id === undefined ? undefined : of(table.id);
    const isNull = id?.kind === 'literal' && id.value === null;
    if (without) edits.push({ at: from, length: 0, text: '?, ', row });
    else if (id !== undefined && (isNull || id.kind === 'parameter')) {
      edits.push({ at: id.from, length: id.to - id.from, text: '?', row });
    }
    const isNew = table.id !== undefined && (id === undefined || isNull);
    if (id !== undefined && !isNew) mustBeValue(table, table.id ?? '', id);
    const place = (column: string): Expression | 'id' => {
      if (column === table.id) return 'id';
      const value = of(column);
      if (value === undefined) {
        throw new NotTaken('not-distributable', `a row of ${table.name} needs its ${column}, by which rows are placed`);
      }
      return mustBeValue(table, column, value);
    };
    const part = table.part === undefined ? undefined : place(table.part);
    rows.push({ id: table.id === undefined ? undefined : isNew ? 'new' : id, key: place(table.key), part });
  }
  const { statement, slots } = edited(parsed, edits);
  const bounds = scope.queries.flatMap((query) => survey(query, names));
  return { kind: 'write', statement, slots, table, bounds, rows };
}

function mustBeValue(table: Table, column: string, value: Expression): Expression {
  if (value.kind === 'literal' || value.kind === 'parameter') return value;
  throw new NotTaken(
    'not-distributable',
    `${table.name}.${column} says where the row goes, so it has to be a value or a ?, not computed`,
  );
}

function insertSelected(
  parsed: Parsed,
  written: Insert,
  table: Table,
  columns: readonly string[],
  names: Names,
  scope: Scope,
): Write {
  const { select } = written;
  if (select === undefined) throw new NotTaken('syntax', 'nothing is inserted');
  if (table.id !== undefined && table.id !== table.key && !columns.includes(table.id)) {
    throw new NotTaken(
      'not-distributable',
      `INSERT … SELECT gives ${table.name} no ids: read the rows first, then insert them with VALUES`,
    );
  }
  const source = names.query(select, undefined);
  const ties = Ties.of(source, names, Ties.none());
  const accesses = surveyWith(source, names, ties);
  const boundOf = (column: string): readonly Expression[] | undefined => {
    const selected = select.columns[columns.indexOf(column)];
    if (select.columns.some(({ kind }) => kind === 'star') || selected?.kind !== 'expression') return undefined;
    const { expression } = selected;
    if (expression.kind === 'literal' || expression.kind === 'parameter') return [expression];
    const target = names.targets.get(expression);
    return target === undefined ? undefined : ties.alternatives(target.ref, target.column);
  };
  const target: Bound = {
    table,
    key: boundOf(table.key),
    part: table.part === undefined ? undefined : boundOf(table.part),
  };
  if (target.key === undefined) {
    throw new NotTaken(
      'cross-shard',
      `INSERT INTO ${table.name} SELECT …: nothing says that all rows have one ${table.key}; name it: WHERE … = ?`,
    );
  }
  const others = scope.queries.flatMap((query) => survey(query, names));
  const bounds = [target, ...accesses, ...others];
  return { kind: 'write', statement: parsed.text, slots: asGiven(parsed), table, bounds, rows: [] };
}

interface Edit {
  readonly at: number;
  readonly length: number;
  readonly text: string;
  /** The row whose id the `?` in the text stands for. */
  readonly row?: number;
}

/** The text with the edits done, and what each `?` of it stands for. */
function edited({ text, parametersAt }: Parsed, edits: readonly Edit[]): Pick<Write, 'statement' | 'slots'> {
  const slots: { at: number; slot: Slot }[] = parametersAt.map((at, slot) => ({ at, slot }));
  let statement = '';
  let done = 0;
  for (const { at, length, text: added, row } of [...edits].sort((a, b) => a.at - b.at)) {
    statement += text.slice(done, at) + added;
    done = at + length;
    if (row === undefined) continue;
    const replaced = slots.findIndex((one) => length > 0 && one.at >= at && one.at < done);
    if (replaced >= 0) slots.splice(replaced, 1);
    slots.push({ at: length > 0 ? at : at - 0.5, slot: { row } });
  }
  slots.sort((a, b) => a.at - b.at);
  return { statement: statement + text.slice(done), slots: slots.map(({ slot }) => slot) };
}

/** What a write that names no key is told. */
export function unbound({ table, rows }: Write): NotTaken {
  const what = rows.length > 0 ? `INSERT INTO ${table.name} reads other rows` : `a write to ${table.name}`;
  const key = folded(table.key);
  return new NotTaken(
    'cross-shard',
    `${what} without naming their ${key} could touch every shard: add WHERE ${key} = ?`,
  );
}
