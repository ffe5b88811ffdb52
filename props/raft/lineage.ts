/**
 * Every entry that ever stood in any log, and what stood before it: from any end of a log one can go back to its beginning,
 * whatever has been replaced by snapshots since.
 */
import type { Place } from '../../src/consensus/raft/raft-log';

export class Lineage {
  /** The term of the entry before, by term and index. */
  private readonly before = new Map<string, number>();

  note({ index, term }: Place, termBefore: number): void {
    this.before.set(`${index} ${term}`, termBefore);
  }

  /** The log that ends with an entry, from its beginning: the terms, from index 0 on. */
  termsUpTo({ index, term }: Place): readonly number[] {
    const terms = new Array<number>(index + 1).fill(0);
    let current = term;
    for (let at = index; at > 0; at--) {
      terms[at] = current;
      current = this.before.get(`${at} ${current}`) ?? 0;
    }
    return terms;
  }
}
