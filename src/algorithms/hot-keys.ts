/**
 * What several counters of hot keys say together, as plain data that can be sent: each counts a part of the traffic, and
 * the sum still tells every key above the threshold.
 */

/** A key, how often it came at most, and by how much that may be too high. */
export interface HotKey<K> {
  readonly key: K;
  readonly count: number;
  readonly error: number;
}

/** What a counter knows. Every key that came more than total/capacity times is among its keys. */
export interface HotKeys<K> {
  readonly capacity: number;
  readonly total: number;
  /** The highest count first; `capacity` of them at most. */
  readonly keys: readonly HotKey<K>[];
}

/** More than this is no small memory any more: some hundred megabytes. */
const capacityMax = 1_000_000;

/** Throws a `RangeError` if that many keys cannot be counted. */
export function demandCapacity(capacity: number): number {
  if (Number.isInteger(capacity) && capacity >= 1 && capacity <= capacityMax) return capacity;
  throw new RangeError(`1 to ${capacityMax} keys can be counted, not ${capacity}`);
}

/** How often a key that is not among these may have come. */
export function unseenMost<K>({ capacity, keys }: HotKeys<K>): number {
  return keys.length < capacity ? 0 : (keys[capacity - 1]?.count ?? 0);
}

/**
 * Keys with more than a share of everything: `certain` those that have it even if their count is too high, `possible` the
 * others. With a share of 1/capacity or more, no key that has it is missing.
 *
 * @throws RangeError if the share is below 1/capacity: keys could be missing then
 */
export function above<K>(
  summary: HotKeys<K>,
  share: number,
): { readonly certain: readonly HotKey<K>[]; readonly possible: readonly HotKey<K>[] } {
  if (!(share * summary.capacity >= 1 && share <= 1)) {
    throw new RangeError(`with ${summary.capacity} keys counted, a share is 1/${summary.capacity} to 1, not ${share}`);
  }
  const found = summary.keys.filter(({ count }) => count > share * summary.total);
  const isCertain = ({ count, error }: HotKey<K>): boolean => count - error > share * summary.total;
  return { certain: found.filter(isCertain), possible: found.filter((key) => !isCertain(key)) };
}

/**
 * One summary of several, as if one counter had seen everything (Cafaro, Pulimeno & Tempesta 2016). Whom one of them does
 * not know may have come to it as often as its least; the sum of what is kept never exceeds the total, so the threshold
 * stays. The smallest capacity is that of the sum; there must be at least one summary.
 */
export function merged<K>(summaries: readonly HotKeys<K>[]): HotKeys<K> {
  const capacity = demandCapacity(Math.min(...summaries.map((summary) => summary.capacity)));
  const unseen = summaries.reduce((sum, summary) => sum + unseenMost(summary), 0);
  const sums = new Map<K, HotKey<K>>();
  for (const summary of summaries) {
    const most = unseenMost(summary);
    for (const { key, count, error } of summary.keys) {
      const so = sums.get(key) ?? { key, count: unseen, error: unseen };
      sums.set(key, { key, count: so.count + count - most, error: so.error + error - most });
    }
  }
  const keys = [...sums.values()].sort((a, b) => b.count - a.count).slice(0, capacity);
  return { capacity, total: summaries.reduce((sum, { total }) => sum + total, 0), keys };
}
