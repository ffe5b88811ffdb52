/**
 * From text to our tree, by SQLite's own grammar (the package sqlite3-parser is generated from it). This file alone knows the
 * package's tree; what it does not know, or what no plan is made for, is refused here, by name.
 */
import type * as Grammar from 'sqlite3-parser';
import { type Expr, parseStmt, type SelectTable, type Stmt } from 'sqlite3-parser';
import { NotTaken } from './refusal';
import {
  type Expression,
  folded,
  type Insert,
  type ResultColumn,
  type Select,
  type Source,
  type Span,
  type Statement,
  type Term,
} from './tree';

/** A statement with the places of its `?`, in their order. */
export interface Parsed {
  readonly text: string;
  readonly statement: Statement;
  readonly parametersAt: readonly number[];
}

const textMax = 100_000;

/** Bits of the package's join types, which are SQLite's. */
const natural = 4;
const left = 8;
const right = 16;

/** Throws `NotTaken`. */
export function parse(text: string): Parsed {
  if (text.length > textMax) throw new NotTaken('limit', `the statement has more than ${textMax} characters`);
  const stmt = grammatical(text);
  const found: number[] = [];
  const reader = new Reader(found);
  const statement = reader.statement(stmt);
  const parametersAt = [...found].sort((a, b) => a - b);
  reader.numberParameters(parametersAt);
  return { text, statement, parametersAt };
}

/** The package's tree of one statement; throws `NotTaken` with what SQLite would say. */
export function grammatical(text: string): Stmt {
  const result = parseStmt(text);
  if (result.status === 'ok') return result.root;
  const [first] = result.errors;
  throw new NotTaken('syntax', first?.message ?? 'not a statement');
}

type Loose = Expression & { place?: number };

class Reader {
  private readonly parameters: { readonly at: number; readonly node: { place: number } }[] = [];

  constructor(private readonly found: number[]) {}

  numberParameters(parametersAt: readonly number[]): void {
    for (const { at, node } of this.parameters) node.place = parametersAt.indexOf(at);
  }

  statement(stmt: Stmt): Statement {
    switch (stmt.type) {
      case 'SelectStmt':
        return { kind: 'select', select: this.select(stmt.body) };
      case 'InsertStmt':
        return this.insert(stmt);
      case 'UpdateStmt': {
        none(stmt.with, 'WITH', 'write the query where its rows are used');
        none(stmt.from, 'UPDATE … FROM', 'read the values first, then update row by row');
        none(stmt.orderBy ?? stmt.limit, 'UPDATE … LIMIT', 'name the rows in the WHERE clause');
        return {
          kind: 'update',
          table: nameOf(stmt.tblName),
          alias: stmt.tblName.alias?.text,
          set: stmt.sets.flatMap(({ colNames }) => colNames.map((name) => folded(name.text))),
          others: [...stmt.sets.map(({ expr }) => this.expression(expr)), ...this.returned(stmt.returning)],
          where: this.optional(stmt.whereClause),
        };
      }
      case 'DeleteStmt':
        none(stmt.with, 'WITH', 'write the query where its rows are used');
        none(stmt.orderBy ?? stmt.limit, 'DELETE … LIMIT', 'name the rows in the WHERE clause');
        return {
          kind: 'delete',
          table: nameOf(stmt.tblName),
          alias: stmt.tblName.alias?.text,
          others: this.returned(stmt.returning),
          where: this.optional(stmt.whereClause),
        };
      case 'ExplainStmt':
        throw new NotTaken('not-allowed', 'EXPLAIN tells of one database: ask a shard for it by name');
      case 'PragmaStmt':
      case 'AttachStmt':
      case 'DetachStmt':
      case 'VacuumStmt':
      case 'AnalyzeStmt':
      case 'ReindexStmt':
      case 'BeginStmt':
      case 'CommitStmt':
      case 'RollbackStmt':
      case 'SavepointStmt':
      case 'ReleaseStmt':
        throw new NotTaken('not-allowed', `${words(stmt.type)} acts on one database, and a router is none`);
      default:
        throw new NotTaken('not-allowed', `${words(stmt.type)}: all shards have one schema, set when they are founded`);
    }
  }

  private insert(stmt: Grammar.InsertStmt): Insert {
    none(stmt.with, 'WITH', 'write the query where its rows are used');
    const { body, columns } = stmt;
    if (body.type === 'DefaultValuesInsertBody') {
      throw new NotTaken('not-distributable', 'DEFAULT VALUES names no shard key: give the row its key');
    }
    const { select } = body;
    const isValues = select.select.type === 'SelectValues' && select.compounds === undefined;
    const upserts: Grammar.Upsert[] = [];
    for (let upsert = body.upsert; upsert !== undefined; upsert = upsert.next) upserts.push(upsert);
    const sets = upserts.flatMap(({ doClause }) => (doClause.type === 'SetUpsertDo' ? [doClause] : []));
    return {
      kind: 'insert',
      table: nameOf(stmt.tblName),
      columns: columns?.map((name) => folded(name.text)),
      columnsAt: columns?.[0]?.span.offset ?? 0,
      rows:
        isValues && select.select.type === 'SelectValues'
          ? select.select.values.map(({ values }) => {
              const read = values.map((value) => this.expression(value));
              return { from: read[0]?.from ?? 0, to: read.at(-1)?.to ?? 0, values: read };
            })
          : undefined,
      select: isValues ? undefined : this.select(select),
      upserted: sets.flatMap(({ sets }) => sets.flatMap(({ colNames }) => colNames.map((name) => folded(name.text)))),
      others: [
        ...sets.flatMap(({ sets, whereClause }) => [
          ...sets.map(({ expr }) => this.expression(expr)),
          ...(whereClause === undefined ? [] : [this.expression(whereClause)]),
        ]),
        ...this.returned(stmt.returning),
      ],
    };
  }

  private returned(columns: readonly Grammar.ResultColumn[] | undefined): Expression[] {
    return (columns ?? []).flatMap((column) =>
      column.type === 'ExprResultColumn' ? [this.expression(column.expr)] : [],
    );
  }

  private select(select: Grammar.Select): Select {
    none(select.with, 'WITH', 'write the query where its rows are used');
    none(select.compounds, 'UNION, EXCEPT and INTERSECT', 'ask for each part by itself');
    const one = select.select;
    if (one.type === 'SelectValues') throw new NotTaken('not-distributable', 'VALUES as a query asks no shard');
    none(one.windowClause, 'window functions', 'aggregate with GROUP BY');
    const where = this.optional(one.whereClause);
    const { from } = one;
    const sources = from === undefined ? [] : this.sources(from);
    const spanOfFrom = from === undefined ? undefined : spanOf(from);
    return {
      ...spanOf(select),
      isDistinct: one.distinctness === 'Distinct',
      columns: one.columns.map((column) => this.resultColumn(column)),
      sources,
      where,
      groupBy: (one.groupBy ?? []).map((expression) => this.expression(expression)),
      having: this.optional(one.having),
      orderBy: (select.orderBy ?? []).map((term) => this.term(term)),
      limit: this.optional(select.limit?.expr),
      offset: this.optional(select.limit?.offset),
      body: { from: spanOfFrom?.from ?? 0, to: where?.to ?? spanOfFrom?.to ?? 0 },
    };
  }

  private resultColumn(column: Grammar.ResultColumn): ResultColumn {
    if (column.type === 'StarResultColumn') return { kind: 'star', table: undefined };
    if (column.type === 'TableStarResultColumn') return { kind: 'star', table: column.table.text };
    return { kind: 'expression', expression: this.expression(column.expr), alias: column.alias?.name.text };
  }

  private term({ expr, order, nulls }: Grammar.SortedColumn): Term {
    const direction = `${order === 'Desc' ? ' DESC' : ''}${nulls === undefined ? '' : ` NULLS ${nulls}`}`;
    return { expression: this.expression(expr), direction };
  }

  private sources(from: Grammar.FromClause): Source[] {
    const { select, joins = [] } = from;
    if (select === undefined) return [];
    const sources: Source[] = [{ ...this.source(select), join: 'first', on: undefined, using: [] }];
    for (const { operator, table, constraint } of joins) {
      const type = operator.type === 'TypedJoinJoinOperator' ? (operator.joinType ?? 0) : 0;
      if ((type & right) !== 0) {
        throw new NotTaken(
          'not-distributable',
          'RIGHT and FULL JOIN: rows without a partner would appear once per shard; use LEFT JOIN',
        );
      }
      if ((type & natural) !== 0) {
        throw new NotTaken('not-distributable', 'NATURAL JOIN: name the columns with USING');
      }
      sources.push({
        ...this.source(table),
        join: (type & left) !== 0 ? 'left' : 'inner',
        on: constraint?.type === 'OnJoinConstraint' ? this.expression(constraint.expr) : undefined,
        using: constraint?.type === 'UsingJoinConstraint' ? constraint.columns.map(({ text }) => folded(text)) : [],
      });
    }
    return sources;
  }

  private source(table: SelectTable): Pick<Source, 'alias' | 'of' | 'from' | 'to'> {
    const span = spanOf(table);
    const alias = 'alias' in table ? table.alias?.name.text : undefined;
    switch (table.type) {
      case 'TableSelectTable':
        none(table.indexed, 'INDEXED BY', 'leave the choice to each shard');
        return { ...span, alias, of: { kind: 'table', table: nameOf(table.tblName) } };
      case 'SelectSelectTable':
        return { ...span, alias, of: { kind: 'query', select: this.select(table.select) } };
      case 'TableCallSelectTable': {
        const name = folded(nameOf(table.tblName));
        const parts = (table.args ?? []).map((part) => this.expression(part));
        return { ...span, alias, of: { kind: 'function', name, parts } };
      }
      default:
        throw new NotTaken('not-distributable', 'joins in parentheses: write them one after the other');
    }
  }

  private optional(expr: Expr | undefined): Expression | undefined {
    return expr === undefined ? undefined : this.expression(expr);
  }

  private other(expr: Expr, word: string, parts: readonly (Expr | undefined)[]): Expression {
    const read = parts.flatMap((part) => (part === undefined ? [] : [this.expression(part)]));
    return { kind: 'other', word, parts: read, ...spanOf(expr) };
  }

  private expression(expr: Expr): Expression {
    const span = spanOf(expr);
    switch (expr.type) {
      case 'Id':
        return { kind: 'column', table: undefined, name: expr.name, ...span };
      case 'QualifiedExpr':
        none(expr.schema, 'names of databases', 'name the table alone');
        return { kind: 'column', table: expr.table.text, name: expr.column.text, ...span };
      case 'VariableExpr': {
        if (expr.name !== '?') throw new NotTaken('syntax', `${expr.name}: parameters are written as ?`);
        const node = { kind: 'parameter' as const, place: 0, ...span };
        this.parameters.push({ at: span.from, node });
        this.found.push(span.from);
        return node;
      }
      case 'NumericLiteral':
        return { kind: 'literal', value: Number(expr.value.replaceAll('_', '')), ...span };
      case 'StringLiteral':
        return { kind: 'literal', value: expr.value, ...span };
      case 'NullLiteral':
        return { kind: 'literal', value: null, ...span };
      case 'ParenthesizedExpr': {
        const [first, ...more] = expr.exprs;
        if (first === undefined || more.length > 0) return this.other(expr, 'row', expr.exprs);
        return this.enclosed(this.expression(first), span);
      }
      case 'BinaryExpr': {
        const sides = { left: this.expression(expr.left), right: this.expression(expr.right), ...span };
        if (expr.op === 'Equals') return { kind: 'equals', ...sides };
        if (expr.op === 'And') return { kind: 'and', ...sides };
        return { kind: 'other', word: expr.op, parts: [sides.left, sides.right], ...span };
      }
      case 'UnaryExpr': {
        const of = this.expression(expr.expr);
        if (expr.op === 'Negative' && of.kind === 'literal' && typeof of.value === 'number') {
          return { kind: 'literal', value: -of.value, ...span };
        }
        return { kind: 'other', word: expr.op, parts: [of], ...span };
      }
      case 'InListExpr': {
        const list = (expr.rhs ?? []).map((one) => this.expression(one));
        const what = this.expression(expr.lhs);
        if (expr.not) return { kind: 'other', word: 'NotIn', parts: [what, ...list], ...span };
        return { kind: 'in', what, list, ...span };
      }
      case 'InSelectExpr': {
        const query: Expression = {
          kind: 'query',
          role: 'in',
          what: this.expression(expr.lhs),
          select: this.select(expr.rhs),
          ...span,
        };
        return expr.not ? { kind: 'other', word: 'NotInQuery', parts: [query], ...span } : query;
      }
      case 'ExistsExpr':
        return { kind: 'query', role: 'exists', select: this.select(expr.select), ...span };
      case 'SubqueryExpr':
        return { kind: 'query', role: 'scalar', select: this.select(expr.select), ...span };
      case 'FunctionCallExpr':
      case 'FunctionCallStarExpr': {
        if (expr.filterOver?.overClause !== undefined) none(expr, 'window functions', 'aggregate with GROUP BY');
        const isStar = expr.type === 'FunctionCallStarExpr';
        const ordered = isStar || expr.orderBy === undefined ? [] : sortedBy(expr.orderBy);
        const filter = expr.filterOver?.filterClause;
        const args = isStar ? [] : (expr.args ?? []);
        return {
          kind: 'call',
          name: folded(expr.name.name),
          parts: [...args, ...ordered, ...(filter === undefined ? [] : [filter])].map((part) => this.expression(part)),
          isStar,
          isDistinct: !isStar && expr.distinctness === 'Distinct',
          isSorted: ordered.length > 0,
          isFiltered: filter !== undefined,
          ...span,
        };
      }
      case 'CollateExpr':
        return { kind: 'collate', of: this.expression(expr.expr), collation: folded(expr.collation), ...span };
      case 'BetweenExpr':
        return this.other(expr, expr.not ? 'NotBetween' : 'Between', [expr.lhs, expr.start, expr.end]);
      case 'LikeExpr':
        return this.other(expr, `${expr.not ? 'Not' : ''}${expr.op}`, [expr.lhs, expr.rhs, expr.escape]);
      case 'IsNullExpr':
      case 'NotNullExpr':
        return this.other(expr, expr.type, [expr.expr]);
      case 'CaseExpr': {
        const pairs = expr.whenThenPairs.flatMap(({ when, then }) => [when, then]);
        const word = `Case${expr.base === undefined ? '' : 'Of'}${expr.elseExpr === undefined ? '' : 'Else'}`;
        return this.other(expr, word, [expr.base, ...pairs, expr.elseExpr]);
      }
      case 'CastExpr':
        return this.other(expr, `Cast ${folded(expr.typeName?.name ?? '')}`, [expr.expr]);
      case 'CurrentDateLiteral':
      case 'CurrentTimeLiteral':
      case 'CurrentTimestampLiteral': {
        const name = `current_${folded(expr.type.slice('Current'.length, -'Literal'.length))}`;
        return {
          kind: 'call',
          name,
          parts: [],
          isStar: false,
          isDistinct: false,
          isSorted: false,
          isFiltered: false,
          ...span,
        };
      }
      case 'BlobLiteral':
        throw new NotTaken('not-distributable', "x'…': messages between tiers carry no bytes");
      default:
        throw new NotTaken('not-distributable', `${words(expr.type)} among expressions`);
    }
  }

  /** The same, with the parentheses around it; a `?` in it stays the node whose place is set at the end. */
  private enclosed(expression: Loose, span: Span): Expression {
    if (expression.kind !== 'parameter') return { ...expression, ...span };
    const node = { kind: 'parameter' as const, place: 0, ...span };
    const at = this.parameters.find((one) => one.node === expression)?.at ?? span.from;
    this.parameters.push({ at, node });
    return node;
  }
}

function sortedBy(order: Grammar.FunctionCallOrder): readonly Expr[] {
  return order.type === 'SortListFunctionCallOrder' ? order.columns.map(({ expr }) => expr) : [order.expr];
}

function spanOf({ span }: { readonly span: Grammar.Span }): Span {
  return { from: span.offset, to: span.offset + span.length };
}

function nameOf({ dbName, objName }: Grammar.QualifiedName): string {
  none(dbName, 'names of databases', 'name the table alone');
  return objName.text;
}

function none(what: unknown, name: string, instead: string): void {
  if (what !== undefined) throw new NotTaken('not-distributable', `${name}: not over several shards; ${instead}`);
}

/** `CreateIndexStmt` as people write it: CREATE INDEX. */
function words(type: string): string {
  return type
    .replace(/(Stmt|Expr)$/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toUpperCase();
}
