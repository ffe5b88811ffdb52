/**
 * Why a statement was not done; becomes the answer `sql.failure`.
 */
import type { SqlFailure } from '../../protocols/sql';

export class Refusal extends Error {
  override name = 'Refusal';

  constructor(
    readonly because: SqlFailure['because'],
    reason: string,
    /** What whoever asked can go on with. */
    private readonly more: Pick<SqlFailure, 'primary' | 'position'> = {},
  ) {
    super(reason);
  }

  get body(): SqlFailure {
    return { kind: 'sql.failure', because: this.because, reason: this.message, ...this.more };
  }
}

/** What was refused; other errors are ours, and pass. */
export function refusalOf(failure: unknown): Refusal {
  if (failure instanceof Refusal) return failure;
  throw failure;
}
