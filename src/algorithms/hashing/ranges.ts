/**
 * Ranges: keys in their order, cut into pieces. What is near stays near, so that a scan asks few places; and what is busy
 * is busy in one place.
 */
import { compareKeys } from './key-order';
import { demandPlaces, type Key, type Locator } from './locator';

/**
 * Places by bounds, ascending: place `i` has what is below `bounds[i]` and not below the one before; the last place has the
 * rest. That is one place more than bounds.
 *
 * @throws RangeError if the bounds do not ascend
 * @example
 * rangeLocator([100, 200]).locate(100); // 1
 */
export function rangeLocator(bounds: readonly Key[]): Locator {
  const places = demandPlaces(bounds.length + 1);
  for (const [at, bound] of bounds.entries()) {
    const before = bounds[at - 1];
    if (before === undefined || compareKeys(before, bound) < 0) continue;
    throw new RangeError(`bounds must ascend, but ${String(bound)} comes after ${String(before)}`);
  }
  return {
    places,
    locate(key: Key): number {
      let [low, high] = [0, bounds.length];
      while (low < high) {
        const middle = (low + high) >>> 1;
        const bound = bounds[middle];
        if (bound !== undefined && compareKeys(bound, key) <= 0) low = middle + 1;
        else high = middle;
      }
      return low;
    },
  };
}
