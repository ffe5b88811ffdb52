/**
 * What can be set on a database, and what it hears and says.
 */
import type { ErrorBody } from '../../kernel/control';
import type { Turn } from '../../kernel/machine';
import { type Static, Type } from '../../kernel/schema';
import { serviceLaw } from '../../kernel/service';
import type { HealthPing, HealthPong } from '../../protocols/health';
import type { SqlExecute, SqlFailure, SqlResult, SqlTransaction } from '../../protocols/sql';

export const config = Type.Object({
  /** Users that the very first start creates. */
  seedUsers: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
  /** Which people they are. */
  seed: Type.String(),
  /** A snapshot is taken after so many entries of the log ... */
  snapshotEntries: Type.Integer({ minimum: 1 }),
  /** ... or so many bytes of it, so that a restart never reads more than that. */
  snapshotBytes: Type.Integer({ minimum: 1 }),
  /** Rows that one answer may carry. */
  rowsMax: Type.Integer({ minimum: 1 }),
  /** Answers that may wait for the disk; what comes then is refused. */
  heldMax: Type.Integer({ minimum: 1 }),
  /** CPU time of `sql.execute`: mostly reads by key. */
  readServiceMs: serviceLaw,
  /** CPU time of `sql.transaction`: what writes. */
  writeServiceMs: serviceLaw,
  /** Time that reading one entry of the log again takes at a restart. */
  replayMs: Type.Number({ minimum: 0 }),
  mailboxMax: Type.Integer({ minimum: 1 }),
});
export type DatabaseConfig = Static<typeof config>;

export const defaults: DatabaseConfig = {
  seedUsers: 1_000,
  seed: 'people',
  snapshotEntries: 1_000,
  snapshotBytes: 4_000_000,
  rowsMax: 10_000,
  heldMax: 10_000,
  readServiceMs: 0.3,
  writeServiceMs: 0.6,
  replayMs: 0.02,
  mailboxMax: 10_000,
};

export type DatabaseIn = SqlExecute | SqlTransaction | HealthPing;
export type DatabaseOut = SqlResult | SqlFailure | HealthPong | ErrorBody;
export type DatabaseTurn = Turn<DatabaseIn, DatabaseOut>;
