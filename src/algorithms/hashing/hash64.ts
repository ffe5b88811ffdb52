/**
 * A 64-bit hash of keys. Texts are read as UTF-8 by FNV-1a (Fowler, Noll, Vo); what it gives, or the integer itself, seeds
 * a SplitMix64 generator (Steele, Lea, Flood 2014), whose finaliser stirs neighbouring keys far apart. Its first output is
 * the hash, the next ones are what `salt` asks for: further hashes of the same key, as good as independent.
 */
import type { Key } from './locator';
import { Word64 } from './word64';

const [gammaHigh, gammaLow] = [0x9e3779b9, 0x7f4a7c15];
/** The FNV prime is 2⁴⁰ + this: multiplying by it is a shift and a small product. */
const primeLow = 0x1b3;

/**
 * A hash of a key. Equal integers have equal hashes, be they numbers or bigints; a text never stands for an integer.
 *
 * @throws RangeError if a number is no exact integer, or `salt` none from 0 on
 * @example
 * hash64(1_234_567).toBigInt(); // 6457827717110365317n
 */
export function hash64(key: Key, salt = 0): Word64 {
  const word = typeof key === 'string' ? fnv1a(key) : Word64.of(key);
  if (salt === 0) return mix(word.plus(gammaHigh, gammaLow));
  if (!(Number.isSafeInteger(salt + 1) && salt > 0)) throw new RangeError(`a salt counts from 0 on, ${salt} does not`);
  const step = Word64.of(salt + 1).times(gammaHigh, gammaLow);
  return mix(word.plus(step.high, step.low));
}

/** The finaliser of SplitMix64: a bijection, after which each bit depends on all. */
export function mix(word: Word64): Word64 {
  return word.fold(30).times(0xbf58476d, 0x1ce4e5b9).fold(27).times(0x94d049bb, 0x133111eb).fold(31);
}

/** FNV-1a with 64 bits over a text in UTF-8. By itself it is uneven in its upper bits for short texts. */
export function fnv1a(text: string): Word64 {
  const word = new Word64(0xcbf29ce4, 0x84222325);
  let [high, low] = [word.high, word.low];
  let i = 0;
  // Nearly all texts are ASCII from end to end: as `feed` does it, but in registers.
  for (; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x80) break;
    const product = ((low ^ code) >>> 0) * primeLow;
    high = (Math.imul(high, primeLow) + ((low ^ code) << 8) + Math.floor(product / 2 ** 32)) | 0;
    low = product >>> 0;
  }
  word.set(high, low);
  for (; i < text.length; i++) {
    const point = text.codePointAt(i) ?? 0;
    if (point > 0xffff) i++;
    if (point < 0x80) feed(word, point);
    else feedLong(word, point);
  }
  return word;
}

/** The two to four bytes of what is not ASCII. */
function feedLong(word: Word64, point: number): void {
  if (point < 0x800) feed(word, 0xc0 | (point >> 6));
  else {
    if (point < 0x10000) feed(word, 0xe0 | (point >> 12));
    else {
      feed(word, 0xf0 | (point >> 18));
      feed(word, 0x80 | ((point >> 12) & 0x3f));
    }
    feed(word, 0x80 | ((point >> 6) & 0x3f));
  }
  feed(word, 0x80 | (point & 0x3f));
}

function feed(word: Word64, byte: number): void {
  const low = (word.low ^ byte) >>> 0;
  const product = low * primeLow;
  word.set(Math.imul(word.high, primeLow) + (low << 8) + Math.floor(product / 2 ** 32), product);
}
