/**
 * Every place at which a statement touches a sharded table, with what binds its shard key there, and whether all of them
 * are tied to one another.
 */
import type { ShardKey } from '../../protocols/shard-map';
import type { SqlValue } from '../../protocols/sql';
import type { Names, Ref, Scope } from './names';
import type { Affinity, Table } from './schema';
import { type Alternatives, Ties } from './ties';

/** A table, touched by one query of a statement. */
export interface Access {
  readonly ref: Ref;
  readonly table: Table;
  readonly scope: Scope;
  readonly ties: Ties;
  /** What binds the shard key; nothing where every shard may have such rows. */
  readonly key: Alternatives | undefined;
  readonly part: Alternatives | undefined;
}

/** Of a query and all queries in it, the outermost first; notes what is tied to what in each. */
export function survey(
  scope: Scope,
  names: Names,
  around: Ties = Ties.none(),
  noted = new Map<Scope, Ties>(),
): Access[] {
  return surveyWith(scope, names, Ties.of(scope, names, around), around, noted);
}

/** The same, where what holds in the outermost query is known. */
export function surveyWith(
  scope: Scope,
  names: Names,
  ties: Ties,
  around = Ties.none(),
  noted = new Map<Scope, Ties>(),
): Access[] {
  noted.set(scope, ties);
  const own = scope.refs.flatMap((ref) => {
    const { table } = ref;
    if (table === undefined) return [];
    const key = ties.alternatives(ref, table.key);
    const part = table.part === undefined ? undefined : ties.alternatives(ref, table.part);
    return [{ ref, table, scope, ties, key, part }];
  });
  const derived = [...scope.derived.values()].flatMap((query) => survey(query, names, around, noted));
  const inner = scope.queries.flatMap((query) => survey(query, names, ties, noted));
  return [...own, ...derived, ...inner];
}

/** How rows that belong together lie. */
export interface Colocation {
  /** On one shard, as long as no key is split over several. */
  readonly whole: boolean;
  /** Also where keys are split. */
  readonly split: boolean;
}

/** Whether all tables are tied by their shard keys to the first of the outermost query. */
export function colocationOf(accesses: readonly Access[]): Colocation {
  const [first, ...others] = accesses;
  if (first === undefined) return { whole: true, split: true };
  const whole = others.every(({ ties, ref, table }) => ties.areEqual(ref, table.key, first.ref, first.table.key));
  const split = others.every(({ ties, ref, table }) => {
    if (table.part === undefined || first.table.part === undefined) return table.part === first.table.part;
    return ties.areEqual(ref, table.part, first.ref, first.table.part);
  });
  return { whole, split: whole && split };
}

/**
 * What a value that is compared with a shard key, or put into its column, is as a key. `none`: no row can have it;
 * `unknown`: SQLite would convert it in a way that is not repeated here.
 */
export type KeyOf = { readonly key: ShardKey } | 'none' | 'unknown';

export function keyOf(value: SqlValue, affinity: Affinity | undefined): KeyOf {
  if (value === null) return 'none';
  if (affinity === 'TEXT') return typeof value === 'string' ? { key: value } : 'unknown';
  if (affinity !== 'INTEGER') return 'unknown';
  if (typeof value === 'string') return /^(0|-?[1-9]\d{0,14})$/.test(value) ? { key: Number(value) } : 'unknown';
  if (Number.isSafeInteger(value)) return { key: value === 0 ? 0 : value };
  return Number.isInteger(value) ? 'unknown' : 'none';
}
