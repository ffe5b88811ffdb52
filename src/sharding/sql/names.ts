/**
 * What each name of a statement means: which column of which table, or which result column. By SQLite's rules: the innermost
 * query that has it, there columns before result columns; ORDER BY takes a result column first.
 */
import { NotTaken } from './refusal';
import type { Column, Schema, Table } from './schema';
import { type Expression, folded, type Select, type Source, within } from './tree';

/** One source of rows in a FROM clause, or the table that a statement writes. */
export interface Ref {
  readonly id: number;
  /** How columns name it, in small letters. */
  readonly alias: string;
  /** As it is written. */
  readonly called: string;
  /** The sharded table that it is, unless it is a query or a function. */
  readonly table: Table | undefined;
  readonly columns: ReadonlyMap<string, Column | undefined>;
  readonly source: Source | undefined;
  /** Its columns have to be said with its name: `excluded` of an UPSERT. */
  readonly isNamedOnly: boolean;
}

export interface Target {
  readonly ref: Ref;
  /** In small letters. */
  readonly column: string;
}

/** A query, what it takes its rows from, and the queries in it. */
export interface Scope {
  /** As what it stands in the query around it. */
  readonly role: 'statement' | 'source' | 'scalar' | 'exists' | 'in';
  readonly select: Select | undefined;
  readonly refs: readonly Ref[];
  readonly parent: Scope | undefined;
  /** Queries among its expressions, and among its sources. */
  readonly queries: Scope[];
  readonly derived: Map<Ref, Scope>;
}

/** Functions that make rows of their arguments, alike on every shard. */
const tableFunctions: ReadonlyMap<string, readonly string[]> = new Map([
  ['json_each', ['key', 'value', 'type', 'atom', 'id', 'parent', 'fullkey', 'path']],
]);

/** A position among result columns of which `*` hides how many there are. */
export const uncounted = -1;

export class Names {
  readonly targets = new Map<Expression, Target>();
  /** What stands for a result column, and which. */
  readonly aliases = new Map<Expression, number>();
  private readonly aliasesOf = new Map<Expression, Select>();
  readonly scopes: Scope[] = [];

  private refs = 0;

  constructor(private readonly schema: Schema) {}

  /** Reads a query and all that is in it. Throws `NotTaken`. */
  query(select: Select, parent: Scope | undefined, role: Scope['role'] = 'statement'): Scope {
    const scope: Scope = { role, select, refs: [], parent, queries: [], derived: new Map() };
    const refs: Ref[] = [];
    for (const source of select.sources) {
      const { of } = source;
      const derived = of.kind === 'query' ? this.query(of.select, parent, 'source') : undefined;
      const ref = this.refOf(source, derived);
      refs.push(ref);
      if (derived !== undefined) scope.derived.set(ref, derived);
    }
    const full: Scope = { ...scope, refs };
    this.scopes.push(full);
    this.readAll(select, full);
    return full;
  }

  /** The table that a statement writes, and what its expressions name. */
  written(name: string, alias: string | undefined, others: readonly string[] = []): Scope {
    const table = this.tableCalled(name);
    const refs = [alias ?? name, ...others].map((called, index) => ({
      id: this.refs++,
      alias: folded(called),
      called,
      table,
      columns: table.columns,
      source: undefined,
      isNamedOnly: index > 0,
    }));
    const scope: Scope = {
      role: 'statement',
      select: undefined,
      refs,
      parent: undefined,
      queries: [],
      derived: new Map(),
    };
    this.scopes.push(scope);
    return scope;
  }

  read(expression: Expression | undefined, scope: Scope, withAliases = false): void {
    if (expression === undefined) return;
    for (const part of within(expression)) {
      if (part.kind === 'column') this.column(part, part.table, part.name, scope, withAliases);
      if (part.kind === 'query') scope.queries.push(this.query(part.select, scope, part.role));
    }
  }

  /** Whether it stands for a result column of this very query. */
  isOf(alias: Expression, { select }: Scope): boolean {
    return this.aliasesOf.get(alias) === select;
  }

  tableCalled(name: string): Table {
    const table = this.schema.get(folded(name));
    if (table !== undefined) return table;
    const known = [...this.schema.values()].map((one) => one.name).join(', ');
    throw new NotTaken('not-distributable', `${name} is no sharded table; there are ${known}`);
  }

  private readAll(select: Select, scope: Scope): void {
    for (const column of select.columns) if (column.kind === 'expression') this.read(column.expression, scope);
    for (const { on, of } of select.sources) {
      this.read(on, scope);
      if (of.kind === 'function') for (const part of of.parts) this.read(part, scope);
    }
    this.read(select.where, scope, true);
    for (const term of select.groupBy) if (!this.isPosition(term, select)) this.read(term, scope, true);
    this.read(select.having, scope, true);
    for (const { expression } of select.orderBy) {
      if (this.isPosition(expression, select) || this.isAlias(expression, select)) continue;
      this.read(expression, scope, true);
    }
    this.read(select.limit, scope);
    this.read(select.offset, scope);
  }

  /** `ORDER BY 2` means the second result column. */
  private isPosition(given: Expression, select: Select): boolean {
    const term = given.kind === 'collate' ? given.of : given;
    if (term.kind !== 'literal' || typeof term.value !== 'number' || !Number.isInteger(term.value)) return false;
    if (select.columns.some(({ kind }) => kind === 'star')) {
      this.stand(term, uncounted, select);
      return true;
    }
    if (term.value < 1 || term.value > select.columns.length) {
      throw new NotTaken('syntax', `there is no result column ${term.value}`);
    }
    this.stand(term, term.value - 1, select);
    return true;
  }

  private isAlias(term: Expression, select: Select): boolean {
    const bare = term.kind === 'collate' ? term.of : term;
    if (bare.kind !== 'column' || bare.table !== undefined) return false;
    const place = aliasPlace(select, bare.name);
    if (place >= 0) this.stand(bare, place, select);
    return place >= 0;
  }

  private stand(node: Expression, place: number, select: Select): void {
    this.aliases.set(node, place);
    this.aliasesOf.set(node, select);
  }

  private refOf(source: Source, derived: Scope | undefined): Ref {
    const { of, alias } = source;
    const id = this.refs++;
    if (of.kind === 'table') {
      const table = this.tableCalled(of.table);
      return {
        id,
        alias: folded(alias ?? of.table),
        called: alias ?? of.table,
        table,
        columns: table.columns,
        source,
        isNamedOnly: false,
      };
    }
    const called = alias ?? (of.kind === 'function' ? of.name : '');
    return {
      id,
      alias: folded(called),
      called,
      table: undefined,
      columns: columnsOf(of, derived),
      source,
      isNamedOnly: false,
    };
  }

  private column(node: Expression, table: string | undefined, name: string, scope: Scope, withAliases: boolean): void {
    const wanted = folded(name);
    for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
      const refs = at.refs.filter(
        ({ alias, columns, isNamedOnly }) =>
          (table === undefined ? !isNamedOnly : alias === folded(table)) && columns.has(wanted),
      );
      const [ref, second] = refs;
      if (ref !== undefined) {
        const using = at.select?.sources.some((source) => source.using.includes(wanted)) ?? false;
        if (second !== undefined && !using) throw new NotTaken('syntax', `ambiguous column name: ${name}`);
        this.targets.set(node, { ref, column: wanted });
        return;
      }
      const place = at === scope && withAliases && table === undefined ? aliasPlace(at.select, name) : -1;
      if (place >= 0 && at.select !== undefined) {
        this.stand(node, place, at.select);
        return;
      }
    }
    if (table === undefined && (wanted === 'true' || wanted === 'false')) return;
    throw new NotTaken('syntax', `no such column: ${table === undefined ? name : `${table}.${name}`}`);
  }
}

function aliasPlace(select: Select | undefined, name: string): number {
  return (
    select?.columns.findIndex(
      (column) => column.kind === 'expression' && column.alias !== undefined && folded(column.alias) === folded(name),
    ) ?? -1
  );
}

function columnsOf(of: Source['of'], derived: Scope | undefined): ReadonlyMap<string, Column | undefined> {
  if (of.kind === 'function') {
    const columns = tableFunctions.get(of.name);
    if (columns === undefined)
      throw new NotTaken('not-distributable', `${of.name}(…) is no source of rows that shards share`);
    return new Map(columns.map((name) => [name, undefined]));
  }
  const columns = new Map<string, Column | undefined>();
  for (const column of derived?.select?.columns ?? []) {
    if (column.kind === 'star') {
      for (const ref of derived?.refs ?? []) {
        if (column.table !== undefined && folded(column.table) !== ref.alias) continue;
        for (const name of ref.columns.keys()) columns.set(name, undefined);
      }
    } else if (column.alias !== undefined) columns.set(folded(column.alias), undefined);
    else if (column.expression.kind === 'column') columns.set(folded(column.expression.name), undefined);
  }
  return columns;
}
