/**
 * Rows as they were read out of a cache before. What is popular comes as the same text again and again, and to make a row
 * of a text costs a thirteenth of all that a request costs, from the user to the cache and back.
 */
import { decoded } from '../../../protocols/cached-row';
import type { SqlResult } from '../../../protocols/sql';

/** So many, of at most so many characters each. */
const rowsMax = 4_096;
const lengthMax = 1_000;

export class RowsRead {
  private readonly known = new Map<string, SqlResult>();

  /** Undefined for what is no row. */
  of(text: string): SqlResult | undefined {
    const before = this.known.get(text);
    if (before !== undefined) return before;
    const row = decoded(text);
    if (row !== undefined && text.length <= lengthMax) this.keep(text, row);
    return row;
  }

  /** All are forgotten at once: what is popular is back soon, and no read pays for an order. */
  private keep(text: string, row: SqlResult): void {
    if (this.known.size >= rowsMax) this.known.clear();
    this.known.set(text, row);
  }
}
