/**
 * Why a statement was not done; becomes the answer `sql.failure`.
 */
import type { ShardsRefused } from '../../protocols/shards';
import type { SqlFailure } from '../../protocols/sql';

export class Refusal extends Error {
  override name = 'Refusal';

  constructor(
    readonly because: SqlFailure['because'],
    reason: string,
    /** What whoever asked can go on with. */
    private readonly more: Pick<SqlFailure, 'primary' | 'position' | 'map'> = {},
  ) {
    super(reason);
  }

  get body(): SqlFailure {
    return { kind: 'sql.failure', because: this.because, reason: this.message, ...this.more };
  }

  /** The same in the words of those who conduct moves between shards. */
  get asShard(): ShardsRefused {
    const { because, message: reason } = this;
    const { primary } = this.more;
    const inTheirs = because === 'not-primary' || because === 'limit' ? because : 'starting';
    return { kind: 'shards.refused', because: inTheirs, reason, ...(primary === undefined ? {} : { primary }) };
  }
}

/** What was refused; other errors are ours, and pass. */
export function refusalOf(failure: unknown): Refusal {
  if (failure instanceof Refusal) return failure;
  throw failure;
}
