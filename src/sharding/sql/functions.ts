/**
 * Functions that may be answered from several shards: what they give depends on nothing but their arguments.
 */
import { type Call, type Expression, within } from './tree';

const scalars: ReadonlySet<string> = new Set(
  (
    'abs char coalesce concat concat_ws format glob hex if ifnull iif instr json json_array json_array_length json_extract ' +
    'json_object json_quote json_type json_valid length like lower ltrim max min nullif octet_length printf ' +
    'quote replace round rtrim sign substr substring trim typeof unicode upper'
  ).split(' '),
);

/** Aggregates of which parts can be put together. */
const mergeable: ReadonlySet<string> = new Set(['avg', 'count', 'max', 'min', 'sum']);

/** Aggregates that give what they are given in an order, which only their own ORDER BY settles. */
const ordered: ReadonlySet<string> = new Set(['group_concat', 'string_agg', 'json_group_array', 'json_group_object']);

export function isAggregate(expression: Expression): boolean {
  if (expression.kind !== 'call') return false;
  const { name, parts, isStar, isSorted, isFiltered } = expression;
  if (name === 'max' || name === 'min') return parts.length === 1 || isSorted || isFiltered;
  return mergeable.has(name) || ordered.has(name) || isStar || name === 'total';
}

/** COUNT, SUM, AVG, MIN or MAX of one thing, without a FILTER of its own. */
export function isMergeable({ name, isSorted, isFiltered, parts, isStar }: Call): boolean {
  return (
    mergeable.has(name) &&
    !isSorted &&
    !isFiltered &&
    (isStar ? name === 'count' : parts.length === 1 || name === 'count')
  );
}

export function isOrdered({ name }: Call): boolean {
  return ordered.has(name);
}

/** A call that is outside of what is declared, in an expression. */
export function strangeCall(expression: Expression): Call | undefined {
  for (const part of within(expression)) {
    if (part.kind === 'call' && !isAggregate(part) && !scalars.has(part.name)) return part;
  }
  return undefined;
}
