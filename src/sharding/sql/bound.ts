/**
 * From what binds a shard key, and the parameters at hand, to the places that a statement touches.
 */
import type { ShardKey } from '../../protocols/shard-map';
import type { SqlValue } from '../../protocols/sql';
import type { Context, Place } from './context';
import type { Table } from './schema';
import { keyOf } from './survey';
import type { Alternatives } from './ties';
import type { Expression } from './tree';

/** Where the rows of a table lie that a statement touches. */
export interface Bound {
  readonly table: Table;
  readonly key: Alternatives | undefined;
  readonly part: Alternatives | undefined;
}

export function constantOf(expression: Expression, parameters: readonly SqlValue[]): SqlValue | undefined {
  if (expression.kind === 'literal') return expression.value;
  return expression.kind === 'parameter' ? parameters[expression.place] : undefined;
}

/** All places that may have such rows; nothing where that cannot be told. */
export function placesOf({ table, key, part }: Bound, parameters: readonly SqlValue[]): readonly Place[] | undefined {
  const keys = keysOf(key, table, table.key, parameters);
  if (keys === undefined) return undefined;
  const { name } = table;
  const parts = table.part === undefined ? undefined : keysOf(part, table, table.part, parameters);
  if (parts === undefined) return keys.map((one) => ({ table: name, key: one }));
  return keys.flatMap((one) => parts.map((other) => ({ table: name, key: one, part: other })));
}

function keysOf(
  alternatives: Alternatives | undefined,
  table: Table,
  column: string,
  parameters: readonly SqlValue[],
): readonly ShardKey[] | undefined {
  if (alternatives === undefined) return undefined;
  const affinity = table.columns.get(column)?.affinity;
  const keys = new Set<ShardKey>();
  for (const alternative of alternatives) {
    const value = constantOf(alternative, parameters);
    if (value === undefined) return undefined;
    const found = keyOf(value, affinity);
    if (found === 'unknown') return undefined;
    if (found !== 'none') keys.add(found.key);
  }
  return [...keys];
}

/** The shards that may have rows of these places, each once. */
export function shardsOf(places: readonly Place[], context: Context): readonly string[] {
  const [first, ...others] = places;
  if (first === undefined) return [];
  if (others.length === 0) return context.shardsOf(first);
  const shards = new Set<string>();
  for (const place of places) for (const shard of context.shardsOf(place)) shards.add(shard);
  return [...shards];
}
