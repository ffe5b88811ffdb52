/**
 * Writes on their way: proposed, not yet decided. Nobody hears "done" before the entry is applied at its place, and
 * nobody hears "not done" before another is.
 */
import type { Entry } from '../../protocols/raft';

/** How a write ended: it was decided, or another one in its place, or nobody knows. */
export type Ended<Outcome> =
  | { readonly end: 'decided'; readonly outcome: Outcome; readonly position: number; readonly term: number }
  | { readonly end: 'superseded'; readonly reason: string }
  | { readonly end: 'unknown'; readonly reason: string };

interface Pending<Outcome> {
  readonly term: number;
  readonly then: (ended: Ended<Outcome>) => void;
}

export class Writes<Outcome> {
  private readonly pending = new Map<number, Pending<Outcome>>();

  get length(): number {
    return this.pending.size;
  }

  /** A write was proposed at an index in a term. */
  wait(index: number, term: number, then: (ended: Ended<Outcome>) => void): void {
    this.pending.set(index, { term, then });
  }

  /** What was decided at the place of an entry, once it was applied; `undefined`: something else than a write. */
  settle({ index, term }: Pick<Entry, 'index' | 'term'>, outcome: Outcome | undefined): void {
    const waiting = this.pending.get(index);
    if (waiting === undefined) return;
    this.pending.delete(index);
    if (waiting.term !== term || outcome === undefined) {
      waiting.then({ end: 'superseded', reason: `another primary decided on another write at ${index}` });
    } else {
      waiting.then({ end: 'decided', outcome, position: index, term });
    }
  }

  /** Those of an earlier term, or all: who proposed them leads no more, and what becomes of them is others' business. */
  giveUp(before: number, reason: string): void {
    if (this.pending.size === 0) return;
    for (const [index, { then, term }] of this.pending) {
      if (term >= before) continue;
      this.pending.delete(index);
      then({ end: 'unknown', reason });
    }
  }
}
