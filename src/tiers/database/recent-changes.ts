/**
 * What was changed lately, in the order of the log. Every copy remembers it for itself, from what it applies: so whoever
 * leads next can go on telling from where the last one stopped, and nothing of it needs to be written down. What is too
 * long ago is forgotten; that it is, is known.
 */
import { type LogPlace, samePlace } from '../../protocols/invalidation';
import type { Changed } from './changed-rows';

/** A write and the keys under which what it changed may be cached. */
export interface Change {
  readonly at: LogPlace;
  readonly keys: readonly string[];
}

/** Keys that are remembered. */
const keysMax = 10_000;

export class RecentChanges {
  private changes: Change[] = [];
  private keys = 0;
  /** From after here on all is known. */
  private base: LogPlace;

  constructor(
    from: LogPlace,
    private readonly max = keysMax,
  ) {
    this.base = from;
  }

  /** The last one, or from where on there was none. */
  get last(): LogPlace {
    return this.changes.at(-1)?.at ?? this.base;
  }

  /** What was changed up to here is not known. */
  restart(from: LogPlace): void {
    this.changes = [];
    this.keys = 0;
    this.base = from;
  }

  add(at: LogPlace, changed: Changed): void {
    if (changed === 'everything') return this.restart(at);
    if (changed.length === 0) return;
    this.changes.push({ at, keys: changed });
    this.keys += changed.length;
    if (this.keys > this.max) this.forget();
  }

  /** All that was changed after a place; undefined where that is not known, or the place is not of this log. */
  since(place: LogPlace): readonly Change[] | undefined {
    if (samePlace(place, this.base)) return this.changes;
    const at = this.find(place.position);
    const found = this.changes[at];
    return found !== undefined && samePlace(found.at, place) ? this.changes.slice(at + 1) : undefined;
  }

  /** Half of them at once: it takes as long as one. */
  private forget(): void {
    let gone = 0;
    while (this.keys > this.max / 2) {
      const oldest = this.changes[gone];
      if (oldest === undefined) break;
      this.base = oldest.at;
      this.keys -= oldest.keys.length;
      gone++;
    }
    this.changes = this.changes.slice(gone);
  }

  /** Where the change at a position stands, or would. */
  private find(position: number): number {
    let [low, high] = [0, this.changes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.changes[middle]?.at.position ?? 0) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
