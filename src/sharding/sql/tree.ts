/**
 * A statement as the planner sees it: what matters to where its rows lie, and for everything else where it stands in the
 * text. What is sent on is cut out of the original text, so that it means to a shard what it means to SQLite.
 */
import type { SqlValue } from '../../protocols/sql';

/** A piece of the text. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export type Expression = Span &
  (
    | { readonly kind: 'column'; readonly table: string | undefined; readonly name: string }
    | { readonly kind: 'literal'; readonly value: SqlValue }
    /** The place of its value among the parameters. */
    | { readonly kind: 'parameter'; readonly place: number }
    | { readonly kind: 'equals'; readonly left: Expression; readonly right: Expression }
    | { readonly kind: 'and'; readonly left: Expression; readonly right: Expression }
    | { readonly kind: 'in'; readonly what: Expression; readonly list: readonly Expression[] }
    | Call
    | { readonly kind: 'collate'; readonly of: Expression; readonly collation: string }
    /** A query among expressions: its value, whether it has rows, or whether something is among them. */
    | { readonly kind: 'query'; readonly select: Select; readonly role: 'scalar' | 'exists'; readonly what?: never }
    | { readonly kind: 'query'; readonly select: Select; readonly role: 'in'; readonly what: Expression }
    /** Whatever else is made of parts; the word tells different ones apart. */
    | { readonly kind: 'other'; readonly word: string; readonly parts: readonly Expression[] }
  );

export interface Call extends Span {
  readonly kind: 'call';
  /** In small letters. */
  readonly name: string;
  readonly parts: readonly Expression[];
  readonly isStar: boolean;
  readonly isDistinct: boolean;
  /** It has an ORDER BY of its own. */
  readonly isSorted: boolean;
  /** It has a FILTER. */
  readonly isFiltered: boolean;
}

export interface Term {
  readonly expression: Expression;
  /** `DESC NULLS LAST` and the like, as it stands in the text. */
  readonly direction: string;
}

export type ResultColumn =
  | { readonly kind: 'expression'; readonly expression: Expression; readonly alias: string | undefined }
  | { readonly kind: 'star'; readonly table: string | undefined };

export type Join = 'first' | 'inner' | 'left';

export interface Source extends Span {
  readonly join: Join;
  readonly on: Expression | undefined;
  readonly using: readonly string[];
  /** How the statement calls it. */
  readonly alias: string | undefined;
  readonly of:
    | { readonly kind: 'table'; readonly table: string }
    | { readonly kind: 'query'; readonly select: Select }
    /** `json_each(…)`. */
    | { readonly kind: 'function'; readonly name: string; readonly parts: readonly Expression[] };
}

export interface Select extends Span {
  readonly isDistinct: boolean;
  readonly columns: readonly ResultColumn[];
  readonly sources: readonly Source[];
  readonly where: Expression | undefined;
  readonly groupBy: readonly Expression[];
  readonly having: Expression | undefined;
  readonly orderBy: readonly Term[];
  readonly limit: Expression | undefined;
  readonly offset: Expression | undefined;
  /** From the word FROM to what follows the WHERE clause; empty where there is no FROM. */
  readonly body: Span;
}

export interface Insert {
  readonly kind: 'insert';
  readonly table: string;
  readonly columns: readonly string[] | undefined;
  /** Behind `(` of the list of columns. */
  readonly columnsAt: number;
  readonly rows: readonly (Span & { readonly values: readonly Expression[] })[] | undefined;
  readonly select: Select | undefined;
  /** Columns that an UPSERT sets. */
  readonly upserted: readonly string[];
  /** Expressions of an UPSERT and of RETURNING. */
  readonly others: readonly Expression[];
}

export interface Update {
  readonly kind: 'update';
  readonly table: string;
  readonly alias: string | undefined;
  readonly set: readonly string[];
  readonly others: readonly Expression[];
  readonly where: Expression | undefined;
}

export interface Delete {
  readonly kind: 'delete';
  readonly table: string;
  readonly alias: string | undefined;
  readonly others: readonly Expression[];
  readonly where: Expression | undefined;
}

export type Statement = { readonly kind: 'select'; readonly select: Select } | Insert | Update | Delete;

/** What an expression is made of, without what is in its queries. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'equals':
    case 'and':
      return [expression.left, expression.right];
    case 'in':
      return [expression.what, ...expression.list];
    case 'call':
    case 'other':
      return expression.parts;
    case 'collate':
      return [expression.of];
    case 'query':
      return expression.what === undefined ? [] : [expression.what];
    default:
      return [];
  }
}

/** An expression and all that it is made of, without what is in its queries. */
export function* within(expression: Expression): Generator<Expression> {
  yield expression;
  for (const part of partsOf(expression)) yield* within(part);
}

/** The conditions that all have to hold. */
export function conjuncts(expression: Expression | undefined): readonly Expression[] {
  if (expression === undefined) return [];
  return expression.kind === 'and' ? [...conjuncts(expression.left), ...conjuncts(expression.right)] : [expression];
}

/** All expressions of a query that stand in it, not in queries among its sources. */
export function expressionsOf(select: Select): readonly Expression[] {
  return [
    ...select.columns.flatMap((column) => (column.kind === 'expression' ? [column.expression] : [])),
    ...select.sources.flatMap(({ on, of }) => [
      ...(on === undefined ? [] : [on]),
      ...(of.kind === 'function' ? of.parts : []),
    ]),
    ...(select.where === undefined ? [] : [select.where]),
    ...select.groupBy,
    ...(select.having === undefined ? [] : [select.having]),
    ...select.orderBy.map(({ expression }) => expression),
    ...(select.limit === undefined ? [] : [select.limit]),
    ...(select.offset === undefined ? [] : [select.offset]),
  ];
}

/** SQLite's names mean the same in capitals and small letters, of ASCII alone. */
export function folded(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
