/** One read of a row, as whoever looks for it in a cache sees it. */
import type { Answer } from '../../../kernel/asks';
import type { KernelAnswer } from '../../../kernel/control';
import type { NodeId } from '../../../kernel/envelope';
import type { SqlExecute, SqlResult } from '../../../protocols/sql';
import type { WebIn } from '../conversation';

export type Heard = Answer<WebIn | KernelAnswer>;

/** What a read needs of whoever reads. */
export interface Reading {
  readonly key: string;
  /** What the row is read with. */
  readonly question: SqlExecute;
  /** Nothing older than this log position will do. */
  readonly from: number;
  /** Nor anything that the database may have something newer than. */
  readonly isNewest: boolean;
  readonly untilMs: number;
  /** Asks the database in the time that is left: its primary, for what is cached, or whoever was to be asked anyway. */
  query(whom: 'primary' | 'as-asked', then: (answer: Heard, database: NodeId) => void): void;
  /** Called once: a cache had it ... */
  found(result: SqlResult, server: NodeId): void;
  /** ... or this is what the database said. */
  queried(answer: Heard, database: NodeId): void;
}
