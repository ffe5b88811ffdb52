/**
 * Statements to a relational database and what comes back.
 */
import { type BodyOf, message, Type } from '../kernel/schema';

/** What a parameter or a column may hold. */
const scalar = Type.Union([Type.String(), Type.Number(), Type.Null()]);

/** One statement with `?` placeholders. The database finds out by itself whether it reads or writes. */
export const sqlExecute = message('sql.execute', { statement: Type.String(), parameters: Type.Array(scalar) });
export type SqlExecute = BodyOf<typeof sqlExecute>;

/** Several statements that take effect together or not at all. Answered with the rows of the last one. */
export const sqlTransaction = message('sql.transaction', {
  statements: Type.Array(Type.Object({ statement: Type.String(), parameters: Type.Array(scalar) }), {
    minItems: 1,
    maxItems: 100,
  }),
});
export type SqlTransaction = BodyOf<typeof sqlTransaction>;

/**
 * It was done. `position` is the log position that the answer reflects: its own entry for a write, the newest applied
 * one for a read. A single-row read also carries which write made the row and in which term, for those who ask why.
 */
export const sqlResult = message('sql.result', {
  rows: Type.Array(Type.Record(Type.String(), scalar)),
  /** Rows changed by a write. */
  changes: Type.Integer(),
  lastId: Type.Integer(),
  position: Type.Integer(),
  writeId: Type.Optional(Type.String()),
  term: Type.Optional(Type.Integer()),
});
export type SqlResult = BodyOf<typeof sqlResult>;

/** It was not done, for certain. */
export const sqlFailure = message('sql.failure', {
  reason: Type.String(),
  because: Type.Union([
    Type.Literal('syntax'),
    Type.Literal('constraint'),
    Type.Literal('read-only'),
    Type.Literal('not-deterministic'),
    Type.Literal('starting'),
    Type.Literal('disk'),
  ]),
});
export type SqlFailure = BodyOf<typeof sqlFailure>;
