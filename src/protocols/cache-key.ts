/**
 * What can be a key of a cache, by memcached's rule: 1 to 250 bytes, without spaces and control characters. Whatever takes
 * a key from outside asks here, so that no part of the product takes one that another refuses.
 */
import { checkedText } from '../kernel/schema';

/** In bytes of UTF-8. */
export const cacheKeyMax = 250;

/** What is wrong with a key, for people; nothing if it can be one. */
export function cacheKeyProblem(text: string): string | undefined {
  if (text === '') return 'a key has at least one character';
  if (text.length > cacheKeyMax) return tooLong;
  let isAscii = true;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code <= space || code === del) return 'a key has no spaces and no control characters';
    if (code > del) isAscii = false;
  }
  return isAscii || Buffer.byteLength(text) <= cacheKeyMax ? undefined : tooLong;
}

/** As a part of a message. */
export const cacheKey = checkedText('a key of a cache', (text) => cacheKeyProblem(text) === undefined);

const tooLong = `a key has at most ${cacheKeyMax} bytes, and this one has more`;
const space = 0x20;
const del = 0x7f;
