/**
 * Whether a query means one thing. SQLite lets aggregated queries name columns that are neither grouped nor aggregated, and
 * takes the value of some row; aggregates in a query may even belong to the query around it. Over several shards that would
 * be some other row, so it is refused.
 */
import { isAggregate, isOrdered, strangeCall } from './functions';
import type { Names, Ref, Scope, Target } from './names';
import type { Parsed } from './parse';
import type { Reading } from './reading';
import { NotTaken } from './refusal';
import { cut, type Edit, quoted, sql } from './text';
import { Ties } from './ties';
import { conjuncts, type Expression, expressionsOf, folded, partsOf, type Select, within } from './tree';

/** Expressions that are there once per group: what is selected, HAVING and ORDER BY. */
export function outputsOf(select: Select): readonly Expression[] {
  return [
    ...select.columns.flatMap((column) => (column.kind === 'expression' ? [column.expression] : [])),
    ...(select.having === undefined ? [] : [select.having]),
    ...select.orderBy.map(({ expression }) => expression),
  ];
}

export function isAggregated(select: Select): boolean {
  return select.groupBy.length > 0 || outputsOf(select).some((output) => [...within(output)].some(isAggregate));
}

/** What a term of GROUP BY stands for: itself, or the result column that it names or counts. */
export function termOf(term: Expression, select: Select, names: Names): Expression {
  const place = names.aliases.get(term);
  const column = place === undefined ? undefined : select.columns[place];
  return column?.kind === 'expression' ? column.expression : term;
}

/** Names of result columns, each to be replaced by what it stands for. */
export function aliasEdits({ names, parsed, select, scope }: Reading): readonly Edit[] {
  return [...names.aliases].flatMap(([node, place]) => {
    const column = select.columns[place];
    if (node.kind !== 'column' || column?.kind !== 'expression' || !names.isOf(node, scope)) return [];
    return [{ from: node.from, to: node.to, text: sql`(${cut(parsed, column.expression)})` }];
  });
}

export const demands = {
  /** Refuses columns that are neither grouped nor aggregated, unless the group has one value of them. */
  grouped(parsed: Parsed, scope: Scope, select: Select, names: Names, ties: Ties): void {
    if (select.columns.some(({ kind }) => kind === 'star')) {
      throw new NotTaken('not-distributable', '* in a query with aggregates: name the columns');
    }
    const keys = select.groupBy.map((term) => termOf(term, select, names));
    const texts = new Set(keys.map((key) => canonical(key, parsed, names)));
    const isOpen = (target: Target): boolean =>
      scope.refs.includes(target.ref) && !isDetermined(target, keys, names, ties);
    const visit = (expression: Expression, isInner: boolean): void => {
      if (names.aliases.has(expression) || (isAggregate(expression) && !isInner)) return;
      if (texts.has(canonical(expression, parsed, names))) return;
      const target = names.targets.get(expression);
      if (target !== undefined && isOpen(target)) {
        throw new NotTaken(
          'not-distributable',
          `${target.ref.called}.${target.column} is neither grouped nor aggregated, so any row's would do: add it to GROUP BY`,
        );
      }
      for (const part of partsOf(expression)) visit(part, isInner);
      if (expression.kind === 'query') for (const part of deep(expression.select)) visit(part, true);
    };
    for (const output of outputsOf(select)) visit(output, false);
  },
};

/** Refuses, for all queries of a statement, what is open or depends on more than its arguments. */
export function demandSettled({ parsed, names, ties }: Reading): void {
  for (const scope of names.scopes) {
    const { select } = scope;
    if (select === undefined) continue;
    for (const expression of expressionsOf(select)) {
      const strange = strangeCall(expression);
      if (strange !== undefined) {
        throw new NotTaken(
          'not-distributable',
          `${strange.name}(): not over several shards, which may not agree on it; ask for one key, or hand the value over as a parameter`,
        );
      }
      for (const part of within(expression)) if (isAggregate(part)) demandOwn(part, scope, names);
    }
    demandOneSpelling(select);
    demandOneRow(scope, select, names);
    if (select.isDistinct) demandSelected(parsed, scope, select, names);
    if (isAggregated(select)) demands.grouped(parsed, scope, select, names, ties.get(scope) ?? Ties.none());
  }
}

/** Where several spellings are one by a collation, which of them is shown is open. */
function demandOneSpelling(select: Select): void {
  if (!select.isDistinct && !isAggregated(select)) return;
  const isOpen = (expression: Expression): boolean => {
    if (expression.kind === 'call' && expression.name === 'count') return false;
    return expression.kind === 'collate' || partsOf(expression).some(isOpen);
  };
  const terms = new Set(select.orderBy.map(({ expression }) => expression));
  const shown = outputsOf(select).map((output) => (terms.has(output) ? uncollated(output).bare : output));
  if (!shown.some(isOpen)) return;
  throw new NotTaken(
    'not-distributable',
    'COLLATE in what DISTINCT or aggregates show: of spellings that it makes one, any could be shown; use lower(…)',
  );
}

/** A query within another gives something that depends on which of its rows come first: that has to be said. */
function demandOneRow(scope: Scope, select: Select, names: Names): void {
  const { role } = scope;
  if (role === 'statement' || role === 'exists' || select.orderBy.length > 0) return;
  if (select.limit !== undefined) {
    throw new NotTaken(
      'not-distributable',
      'LIMIT without ORDER BY in a query within another: say which rows come first',
    );
  }
  if (role !== 'scalar' || (isAggregated(select) && select.groupBy.length === 0) || isOneRow(scope, select, names))
    return;
  throw new NotTaken(
    'not-distributable',
    'a query for one value that may find several rows: aggregate them, or say ORDER BY … LIMIT 1',
  );
}

/** Whether its only table is looked up by its primary key. */
function isOneRow({ refs }: Scope, { where, sources }: Select, names: Names): boolean {
  const [ref, another] = refs;
  if (ref === undefined) return sources.length === 0;
  const primaryKey = ref.table?.primaryKey ?? [];
  if (another !== undefined || primaryKey.length === 0) return false;
  const isOwn = (expression: Expression): boolean =>
    [...within(expression)].some((part) => names.targets.get(part)?.ref === ref || part.kind === 'query');
  return primaryKey.every((column) =>
    conjuncts(where).some((condition) => {
      if (condition.kind !== 'equals') return false;
      const { left, right } = condition;
      return [[left, right] as const, [right, left] as const].some(([one, other]) => {
        const target = names.targets.get(one);
        return target?.ref === ref && target.column === column && !isOwn(other);
      });
    }),
  );
}

/** Rows that are made one may differ in what is not selected. */
function demandSelected(parsed: Parsed, scope: Scope, select: Select, names: Names): void {
  const selected = new Set<string>();
  const refs = new Set<Ref>();
  for (const column of select.columns) {
    if (column.kind === 'expression') selected.add(canonical(column.expression, parsed, names));
    else for (const ref of shownBy(column, scope)) refs.add(ref);
  }
  for (const { expression } of select.orderBy) {
    const { bare } = uncollated(expression);
    const target = names.targets.get(bare);
    if (names.aliases.has(bare) || (target !== undefined && refs.has(target.ref))) continue;
    if (selected.has(canonical(bare, parsed, names))) continue;
    throw new NotTaken(
      'not-distributable',
      'ORDER BY of what DISTINCT does not select: of rows made one, any could count; select it too',
    );
  }
}

/** The sources of which `*` or `t.*` shows all columns. */
export function shownBy({ table }: { readonly table: string | undefined }, { refs }: Scope): readonly Ref[] {
  return refs.filter(({ alias }) => table === undefined || alias === folded(table));
}

/** A term of ORDER BY, and by which collation it sorts if it says so. */
export function uncollated(expression: Expression): { readonly bare: Expression; readonly collation: string } {
  if (expression.kind !== 'collate') return { bare: expression, collation: '' };
  return { bare: expression.of, collation: ` COLLATE ${quoted(expression.collation)}` };
}

function demandOwn(call: Expression, scope: Scope, names: Names): void {
  if (call.kind !== 'call') return;
  const columns = call.parts.flatMap((part) => [...within(part)].flatMap((one) => names.targets.get(one) ?? []));
  if (columns.length > 0 && !columns.some(({ ref }) => scope.refs.includes(ref))) {
    throw new NotTaken('not-distributable', `${call.name}() of a column of the query around it: aggregate there`);
  }
  if (!isOrdered(call) || call.isSorted || isFedInOrder(scope)) return;
  throw new NotTaken('not-distributable', `${call.name}(): its order is open; say it: ${call.name}(… ORDER BY …)`);
}

/** `SELECT group_concat(x) FROM (SELECT x FROM … ORDER BY …)`. */
function isFedInOrder({ select }: Scope): boolean {
  const [only, ...others] = select?.sources ?? [];
  return only?.of.kind === 'query' && others.length === 0 && only.of.select.orderBy.length > 0;
}

function deep(select: Select): readonly Expression[] {
  const own = expressionsOf(select);
  const derived = select.sources.flatMap(({ of }) => (of.kind === 'query' ? deep(of.select) : []));
  return [...own, ...derived];
}

/** Whether the groups have one value of a column: they are made by what identifies its row. */
export function isDetermined({ ref }: Target, keys: readonly Expression[], names: Names, ties: Ties): boolean {
  const { table } = ref;
  if (table === undefined || table.primaryKey.length === 0) return false;
  return table.primaryKey.every((column) =>
    keys.some((key) => {
      const target = names.targets.get(key);
      if (target === undefined) return false;
      if (target.ref === ref) return target.column === column;
      return target.ref.source?.join !== 'left' && ties.areEqual(target.ref, target.column, ref, column);
    }),
  );
}

/** Equal texts for expressions that are the same, however they are written. */
export function canonical(expression: Expression, parsed: Parsed, names: Names): string {
  const target = names.targets.get(expression);
  if (target !== undefined) return `column ${target.ref.id}.${target.column}`;
  const text = parsed.text.slice(expression.from, expression.to);
  const of = (parts: readonly Expression[]): string =>
    parts.map((part) => `(${canonical(part, parsed, names)})`).join('');
  switch (expression.kind) {
    case 'parameter':
      return `parameter ${expression.place}`;
    case 'equals':
    case 'and':
      return `${expression.kind}${of([expression.left, expression.right])}`;
    case 'in':
      return `in${of([expression.what, ...expression.list])}`;
    case 'call': {
      const { name, isDistinct, isStar, isSorted, isFiltered, parts, from } = expression;
      return `call ${name} ${isDistinct} ${isStar} ${isSorted || isFiltered ? from : ''}${of(parts)}`;
    }
    case 'collate':
      return `collate ${expression.collation}${of([expression.of])}`;
    case 'query':
      return `query ${expression.from}`;
    case 'other':
      return `${expression.word}${of(expression.parts)}`;
    default:
      return `text ${text}`;
  }
}
