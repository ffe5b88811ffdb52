/**
 * Items by key, in the order of their keys, and when each is over. Plain data in, plain data out: no clock, no log.
 */
import { compareKeys } from '../../algorithms/hashing/key-order';
import { SortedMap } from '../../algorithms/sorted-map';
import { type Static, Type } from '../../kernel/schema';

/** What lies under a key. */
export interface Kept {
  /** The value as JSON. */
  readonly text: string;
  readonly version: number;
  /** It is over from then on, by the time of day of the log. */
  readonly endsAtMs: number | undefined;
}

/** As a snapshot holds one: its key, its value as JSON, its version, and when it is over, if ever. */
export const savedItem = Type.Tuple([
  Type.String(),
  Type.String(),
  Type.Integer(),
  Type.Union([Type.Number(), Type.Null()]),
]);
export type SavedItem = Static<typeof savedItem>;

interface End {
  readonly atMs: number;
  readonly key: string;
}

/** What an item takes besides its texts, about. */
const overheadBytes = 64;

export class Items {
  private readonly byKey: SortedMap<string, Kept>;
  private readonly ends = new SortedMap<End, true>((a, b) => a.atMs - b.atMs || compareKeys(a.key, b.key));
  /** All there is, about. */
  bytes = 0;

  constructor(saved: readonly SavedItem[] = []) {
    this.byKey = new SortedMap<string, Kept>(compareKeys);
    for (const [key, text, version, endsAtMs] of saved) {
      this.set(key, { text, version, endsAtMs: endsAtMs ?? undefined });
    }
  }

  get size(): number {
    return this.byKey.size;
  }

  get(key: string): Kept | undefined {
    return this.byKey.get(key);
  }

  set(key: string, kept: Kept): void {
    this.delete(key);
    this.byKey.set(key, kept);
    this.bytes += key.length + kept.text.length + overheadBytes;
    if (kept.endsAtMs !== undefined) this.ends.set({ atMs: kept.endsAtMs, key }, true);
  }

  delete(key: string): boolean {
    const before = this.byKey.get(key);
    if (before === undefined) return false;
    this.byKey.delete(key);
    this.bytes -= key.length + before.text.length + overheadBytes;
    if (before.endsAtMs !== undefined) this.ends.delete({ atMs: before.endsAtMs, key });
    return true;
  }

  /** In the order of their keys, after one and not before another. */
  list(after: string | undefined, lowest: string): Iterable<readonly [string, Kept]> {
    const isBehind = after !== undefined && compareKeys(after, lowest) >= 0;
    return isBehind ? this.byKey.after(after) : this.byKey.from(lowest);
  }

  /** Keys whose items are over by then, those first that were over first; at most so many. */
  over(atMs: number, max: number): readonly string[] {
    const found: string[] = [];
    for (const [end] of this.ends.from()) {
      if (end.atMs > atMs || found.length >= max) break;
      found.push(end.key);
    }
    return found;
  }

  get saved(): SavedItem[] {
    return [...this.byKey.from()].map(([key, { text, version, endsAtMs }]) => [key, text, version, endsAtMs ?? null]);
  }
}
