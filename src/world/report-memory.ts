/**
 * What was reported once stays so, though the server that kept the ledger may be gone by now, and with it the only one who
 * knew.
 */
import type { LedgerRecord } from '../protocols/write-back';
import type { ReportedWrite, Unaccounted, WritesBehind } from './writes-behind';

/** Reported writes that are remembered; the oldest are forgotten. */
const writesMax = 10_000;

interface Remembered {
  readonly write: ReportedWrite;
  readonly notedMs: number;
}

export class ReportMemory {
  private readonly writes = new Map<string, Remembered>();
  /** Of lives that were over, the last book that was seen. */
  private readonly accounted = new Map<string, number>();

  /** Whether no later book of the same life was seen. */
  isLatest(book: LedgerRecord): boolean {
    return book.book >= (this.accounted.get(lifeOf(book)) ?? 0);
  }

  /**
   * Adds what was reported before; takes out what has turned out not to be lost, or to be known after all.
   *
   * @param books of lives that are over
   */
  recall(now: WritesBehind, books: readonly LedgerRecord[], nowMs: number): WritesBehind {
    for (const book of books) this.accounted.set(lifeOf(book), book.book);
    for (const write of now.onTheirWay) this.writes.delete(nameOf(write));
    for (const write of now.reported) this.writes.set(nameOf(write), { write, notedMs: nowMs - write.agoMs });
    for (const oldest of this.writes.keys()) {
      if (this.writes.size <= writesMax) break;
      this.writes.delete(oldest);
    }
    const reported = [...this.writes.values()].map(({ write, notedMs }) => ({ ...write, agoMs: nowMs - notedMs }));
    return { ...now, reported, unaccounted: now.unaccounted.filter((one) => !this.accounted.has(lifeOf(one))) };
  }
}

function lifeOf({ server, life }: Pick<Unaccounted, 'server' | 'life'>): string {
  return `${server}/${life}`;
}

function nameOf(write: ReportedWrite): string {
  return `${lifeOf(write)}#${write.seq}`;
}
