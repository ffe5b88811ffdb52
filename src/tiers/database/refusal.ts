/**
 * Why a statement was not done; becomes the answer `sql.failure`.
 */
import type { SqlFailure } from '../../protocols/sql';

export class Refusal extends Error {
  override name = 'Refusal';

  constructor(
    readonly because: SqlFailure['because'],
    reason: string,
  ) {
    super(reason);
  }
}
