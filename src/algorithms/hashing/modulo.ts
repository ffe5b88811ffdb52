/**
 * `user_id % n`: the remainder of the key itself, or of its hash where it is a text. What everybody tries first; almost
 * every key moves when `n` changes.
 */
import { hash64 } from './hash64';
import { demandPlaces, type Key, type Locator } from './locator';
import { Word64 } from './word64';

/** Places by remainder. Negative keys have the remainder that is not negative: −1 is at the last place. */
export function moduloLocator(places: number): Locator {
  demandPlaces(places);
  const half = 2 ** 32 % places;
  /** Of an unsigned word: (high · 2³² + low) mod places, with nothing above 2⁵³ on the way. */
  const remainder = ({ high, low }: Word64): number => ((high % places) * half + (low % places)) % places;
  return {
    places,
    locate(key: Key): number {
      if (typeof key === 'string') return remainder(hash64(key));
      if (key >= 0) return remainder(Word64.of(key));
      // −k mod n = n − 1 − ((k − 1) mod n); the bits of k − 1 are those of −k, turned over.
      const { high, low } = Word64.of(key);
      return places - 1 - remainder(new Word64(~high, ~low));
    },
  };
}
