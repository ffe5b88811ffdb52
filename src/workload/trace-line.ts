/**
 * A line of a cache trace: one key; or `start count ignored request` as in the traces of ARC (Megiddo & Modha 2003), which
 * stands for so many blocks in a row. A line that is a `*`, as the traces of LIRS have them, says nothing.
 */
import { cacheKeyMax } from '../protocols/cache-key';

/** What a line asks for, or what is wrong with it. */
export type TraceLine =
  | { readonly key: string }
  | { readonly first: number; readonly count: number }
  | { readonly problem: string }
  | undefined;

/** Blocks that one line may ask for: larger ones are of another kind of file. */
const countMax = 1_000_000;

/** Reads a line without its end; nothing for one that asks for nothing. */
export function traceLine(line: string): TraceLine {
  const text = line.trim();
  if (text === '' || text === '*') return undefined;
  const blocks = /^(\d+)\s+(\d+)\s+\d+\s+\d+$/.exec(text);
  if (blocks !== null) return blocksOf(Number(blocks[1]), Number(blocks[2]));
  if (Buffer.byteLength(text) > cacheKeyMax) {
    return { problem: `a key has at most ${cacheKeyMax} bytes, and this line has more` };
  }
  // A replaced character is what is left of a byte that is no text.
  if (/[\s\p{Cc}\uFFFD]/u.test(text)) return { problem: `${shown(text)} is neither a key nor four numbers` };
  return { key: text };
}

function blocksOf(first: number, count: number): TraceLine {
  if (count > countMax) return { problem: `${count} blocks at once are more than ${countMax}` };
  if (!Number.isSafeInteger(first + count)) return { problem: `block ${first} is beyond all numbers` };
  return { first, count };
}

function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 37)}...` : text);
}
