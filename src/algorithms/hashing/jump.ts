/**
 * Jump consistent hashing (Lamping & Veach 2014, "A Fast, Minimal Memory, Consistent Hash Algorithm"): no table at all, and
 * as even as chance. Places can only be added and taken away at the end.
 */
import { hash64 } from './hash64';
import { demandPlaces, type Key, type Locator } from './locator';
import { Word64 } from './word64';

/**
 * The bucket of a 64-bit key, as in the paper: the key itself seeds the generator, so hash first what is not random.
 *
 * @example
 * jumpHash(10863919174838991n, 11); // 6
 */
export function jumpHash(key: number | bigint, buckets: number): number {
  if (Number.isInteger(buckets) && buckets >= 1 && buckets < 2 ** 31) return jump(Word64.of(key), buckets);
  throw new RangeError(`there must be 1 to 2,147,483,647 buckets, not ${buckets}`);
}

/** Places by jump hash of the hash of a key: neighbouring integers are no random seeds. */
export function jumpLocator(places: number): Locator {
  demandPlaces(places);
  return { places, locate: (key: Key) => jump(hash64(key), places) };
}

/** Jumps from one bucket to the next that the key would move to, until that one does not exist yet. */
function jump(state: Word64, buckets: number): number {
  let bucket = 0;
  let next = 0;
  while (next < buckets) {
    bucket = next;
    state.times(0x27bb2ee6, 0x87b0b0fd).plus(0, 1);
    next = Math.floor((bucket + 1) * (2 ** 31 / ((state.high >>> 1) + 1)));
  }
  return bucket;
}
