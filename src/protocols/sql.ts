/**
 * Statements to a relational database and what comes back.
 */
import { type BodyOf, message, type Static, Type } from '../kernel/schema';
import { freshness } from './freshness';

export { type Freshness, freshness } from './freshness';

/** What a column may hold. */
const scalar = Type.Union([Type.String(), Type.Number(), Type.Null()]);
export type SqlValue = string | number | null;

/**
 * What a `?` may stand for: a value, or the id that a new row of a table gets, the same wherever it stands in one
 * transaction. Who decides ids replaces it: a lone database in its log, a router before it knows which shard to ask.
 */
export const newId = Type.Object({ newId: Type.String({ minLength: 1, maxLength: 64 }) });
export type NewId = Readonly<Static<typeof newId>>;
export const sqlParameter = Type.Union([scalar, newId]);
export type SqlParameter = SqlValue | NewId;

export function isNewId(parameter: SqlParameter): parameter is NewId {
  return typeof parameter === 'object' && parameter !== null;
}

/** The version of the shard map by which a router chose whom to ask. */
const mapVersion = Type.Optional(Type.Integer({ minimum: 1 }));

/**
 * One statement with `?` placeholders. The database finds out by itself whether it reads or writes; what it charges is
 * the service time of a read, so writers say `sql.transaction`. How fresh a read is, unless said: `newest`.
 */
export const sqlExecute = message('sql.execute', {
  statement: Type.String(),
  parameters: Type.Array(scalar),
  freshness: Type.Optional(freshness),
  map: mapVersion,
  /** For a router: where some shards do not answer, what the others have will do; the answer names who is missing. */
  partial: Type.Optional(Type.Boolean()),
});
export type SqlExecute = BodyOf<typeof sqlExecute>;

/**
 * Several statements that take effect together or not at all. Answered with the rows of the last one. `recovers` names
 * a write that was lost with a former primary: it is done now, unless it was recovered before.
 */
export const sqlTransaction = message('sql.transaction', {
  recovers: Type.Optional(Type.String()),
  statements: Type.Array(Type.Object({ statement: Type.String(), parameters: Type.Array(sqlParameter) }), {
    minItems: 1,
    maxItems: 100,
  }),
  map: mapVersion,
});
export type SqlTransaction = BodyOf<typeof sqlTransaction>;

/**
 * It was done. `position` is the log position that the answer reflects, and `term` the term of that entry: its own for a
 * write, the newest applied one for a read. A single-row read also carries which write made the row, for those who ask why.
 */
export const sqlResult = message('sql.result', {
  /** Names of the columns; none for a statement that returns no rows. */
  columns: Type.Array(Type.String()),
  /** Values in the order of `columns`: a record per row would repeat every name in every row. */
  rows: Type.Array(Type.Array(scalar)),
  /** Rows changed by a write. */
  changes: Type.Integer(),
  lastId: Type.Integer(),
  position: Type.Integer(),
  writeId: Type.Optional(Type.String()),
  term: Type.Optional(Type.Integer()),
  /** Nothing was done: the lost write had been recovered already, by the entry at this position. */
  recoveredBefore: Type.Optional(Type.Integer()),
  /** How a router came by it: the shards that it asked, and the rows that it had to fetch for it. */
  route: Type.Optional(
    Type.Object({
      shards: Type.Array(Type.String()),
      rowsMoved: Type.Integer({ minimum: 0 }),
      /** One shard gave all of it, and was found by this version of the map: `position` is a place in that shard's log. */
      map: Type.Optional(Type.Integer({ minimum: 1 })),
      /** Shards that did not answer, and why: their rows are not in it. */
      missing: Type.Optional(Type.Array(Type.Object({ shard: Type.String(), reason: Type.String() }))),
    }),
  ),
});
export type SqlResult = BodyOf<typeof sqlResult>;

/**
 * It was not done, for certain.
 *
 * - `syntax`: SQLite cannot make sense of it; `constraint`: it would break one
 * - `not-allowed`: PRAGMA, ATTACH, several statements in one, and the like
 * - `not-deterministic`: it would give another result when the log is read again
 * - `not-primary`: only the primary does this; `primary` names it, where it is known
 * - `stale`: this copy cannot prove that it is as fresh as it was asked to be; it has everything up to `position`
 * - `starting`: the database still reads its log; `disk`: its disk cannot be used
 * - `limit`: the statement, its result or the queue for the disk is too long
 * - `old-map`: whoever asks goes by a shard map that is older than what this shard has; its version is in `map`
 * - `wrong-shard`: a row would belong to another shard; `moving`: it is on its way to one, try again
 * - `cross-shard`: it would change, or need at once, what lies on several shards
 * - `not-distributable`: a router has no way to run it over several shards that is sure to be right
 * - `shard-missing`: not all shards answered
 */
export const sqlFailure = message('sql.failure', {
  reason: Type.String(),
  because: Type.Union([
    Type.Literal('syntax'),
    Type.Literal('constraint'),
    Type.Literal('not-primary'),
    Type.Literal('stale'),
    Type.Literal('not-deterministic'),
    Type.Literal('not-allowed'),
    Type.Literal('starting'),
    Type.Literal('disk'),
    Type.Literal('limit'),
    Type.Literal('old-map'),
    Type.Literal('wrong-shard'),
    Type.Literal('moving'),
    Type.Literal('cross-shard'),
    Type.Literal('not-distributable'),
    Type.Literal('shard-missing'),
  ]),
  primary: Type.Optional(Type.String()),
  position: Type.Optional(Type.Integer()),
  map: Type.Optional(Type.Integer()),
});
export type SqlFailure = BodyOf<typeof sqlFailure>;

/** What is wrong with the statement itself: asked again, whoever is asked, it fails again. */
export const statementFaults: ReadonlySet<SqlFailure['because']> = new Set([
  'syntax',
  'not-allowed',
  'not-deterministic',
  'wrong-shard',
  'cross-shard',
  'not-distributable',
]);

/** It may be done or not, now or later: whoever took it lost the right to decide before enough copies had it. */
export const sqlUnknown = message('sql.unknown', { reason: Type.String() });
export type SqlUnknown = BodyOf<typeof sqlUnknown>;

/** The rows of a result as records, for people and tests. */
export function asRecords({ columns, rows }: Pick<SqlResult, 'columns' | 'rows'>): Record<string, SqlValue>[] {
  return rows.map((row) => Object.fromEntries(columns.map((name, place) => [name, row[place] ?? null])));
}
