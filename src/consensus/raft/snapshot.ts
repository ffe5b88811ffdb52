/**
 * What stands for the beginning of a log once its entries are gone.
 */
import type { Members, TermStart } from '../../protocols/raft';

/** Where something stands in a log: this tells which entry it is, and all those before it. */
export interface Place {
  readonly index: number;
  readonly term: number;
}

/** What the state machine was after the entry at `index`; `data` is the state machine's business. */
export interface Snapshot extends Place {
  readonly members: Members;
  /** Where each term of the log up to `index` began. */
  readonly terms: readonly TermStart[];
  readonly data: Uint8Array;
}
