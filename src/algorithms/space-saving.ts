/**
 * Who is asked for most, in memory that does not grow: space-saving (Metwally, Agrawal & El Abbadi 2005). So many keys are
 * counted; a key that is not among them takes over the place, and the count, of the one with the least. No count is too
 * low, none too high by more than its `error`, and every key with more than total/capacity is among them.
 */
import { demandCapacity, type HotKey, type HotKeys } from './hot-keys';

/** A counted key and where it stands. */
interface Entry<K> {
  key: K;
  count: number;
  error: number;
  at: number;
}

/** Counts a stream of keys. A step takes as long as there are different counts between the old and the new one: mostly one. */
export class SpaceSaving<K> {
  /** By count, the highest first. */
  private readonly entries: Entry<K>[] = [];
  private readonly byKey = new Map<K, Entry<K>>();
  /** Where the run of entries with this count begins. */
  private readonly firsts = new Map<number, number>();
  private sum = 0;

  /** `capacity` keys are counted at most: the threshold is one part in so many of all. */
  constructor(readonly capacity: number) {
    demandCapacity(capacity);
  }

  /** Goes on where a summary was made. */
  static from<K>(summary: HotKeys<K>): SpaceSaving<K> {
    const sketch = new SpaceSaving<K>(summary.capacity);
    for (const { key, count, error } of summary.keys.slice(0, summary.capacity)) sketch.enter(key, count, error);
    sketch.sum = summary.total;
    return sketch;
  }

  /** All that was added. */
  get total(): number {
    return this.sum;
  }

  /** How many keys are counted now. */
  get size(): number {
    return this.entries.length;
  }

  /** A key came, or so much of it. */
  add(key: K, by = 1): void {
    if (!(by > 0 && Number.isFinite(by))) throw new RangeError(`what is counted is above 0, not ${by}`);
    this.sum += by;
    const known = this.byKey.get(key);
    if (known !== undefined) this.lift(known, by);
    else if (this.size < this.capacity) this.enter(key, by, 0);
    else this.replace(key, by);
  }

  /** What is known of a key, or `undefined`: then it came at most as often as the least one that is counted. */
  get(key: K): HotKey<K> | undefined {
    const entry = this.byKey.get(key);
    return entry === undefined ? undefined : told(entry);
  }

  /** The keys with the highest counts. */
  top(most: number): readonly HotKey<K>[] {
    return this.entries.slice(0, most).map(told);
  }

  /** All that is known, as plain data. */
  summary(): HotKeys<K> {
    return { capacity: this.capacity, total: this.sum, keys: this.top(this.size) };
  }

  private enter(key: K, count: number, error: number): void {
    const entry: Entry<K> = { key, count: 0, error, at: this.entries.length };
    this.entries.push(entry);
    this.byKey.set(key, entry);
    this.firsts.set(0, entry.at);
    this.lift(entry, count);
  }

  /** The newcomer may have come before, as often as the one whose place it takes: that is its error. */
  private replace(key: K, by: number): void {
    const least = this.entries[this.size - 1];
    if (least === undefined) return;
    this.byKey.delete(least.key);
    least.key = key;
    least.error = least.count;
    this.byKey.set(key, least);
    this.lift(least, by);
  }

  /** Raises a count: the entry changes places with the first of every run of equal counts that it leaves behind. */
  private lift(entry: Entry<K>, by: number): void {
    const { entries, firsts } = this;
    const goal = entry.count + by;
    let run: number | undefined = entry.count;
    while (run !== undefined) {
      const first: number = firsts.get(run) ?? entry.at;
      this.swap(entry, first);
      if (entries[first + 1]?.count === run) firsts.set(run, first + 1);
      else firsts.delete(run);
      const above: number = entries[first - 1]?.count ?? goal;
      run = above < goal ? above : undefined;
    }
    entry.count = goal;
    if (!firsts.has(goal)) firsts.set(goal, entry.at);
  }

  private swap(entry: Entry<K>, to: number): void {
    const other = this.entries[to];
    if (other === undefined || other === entry) return;
    other.at = entry.at;
    this.entries[other.at] = other;
    entry.at = to;
    this.entries[to] = entry;
  }
}

function told<K>({ key, count, error }: Entry<K>): HotKey<K> {
  return { key, count, error };
}
