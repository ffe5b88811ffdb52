/**
 * From the bytes of a file to its text. A byte that is none of UTF-8 is refused rather than replaced: replaced, two
 * different values would become one, and what was read would not be what was written.
 */
import { type Reading, read, refuse } from './history';

const bytesMax = 256 * 2 ** 20;
const lineEnd = 10;

/** How files begin that are no text, or not yet. */
const others: readonly (readonly [first: readonly number[], what: string])[] = [
  [[0x1f, 0x8b], 'it is compressed (gzip); unpack it first'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'it is compressed (zstd); unpack it first'],
  [[0x50, 0x4b, 0x03, 0x04], 'it is a zip archive; unpack it first'],
  [[0xff, 0xfe], 'it is UTF-16; save it as UTF-8'],
  [[0xfe, 0xff], 'it is UTF-16; save it as UTF-8'],
];

/**
 * The text of a file, or the line in which it is none.
 *
 * @example
 * textOf(readFileSync('run.jsonl')); // { ok: true, value: '{"process":"app-1", ...' }
 */
export function textOf(bytes: Uint8Array): Reading<string> {
  if (bytes.length > bytesMax)
    return refuse(0, `it is larger than ${bytesMax / 2 ** 20} MiB; cut the history in pieces`);
  const other = others.find(([first]) => first.every((byte, place) => bytes[place] === byte));
  if (other !== undefined) return refuse(1, other[1]);
  const nothing = bytes.indexOf(0);
  if (nothing >= 0)
    return refuse(lineAt(bytes, nothing), 'a NUL byte: it is no text, or was torn while it was written');
  try {
    return read(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return refuse(firstBroken(bytes), 'it is not UTF-8');
  }
}

function lineAt(bytes: Uint8Array, place: number): number {
  return bytes.subarray(0, place).reduce((lines, byte) => lines + (byte === lineEnd ? 1 : 0), 1);
}

/** No character of UTF-8 but the end of a line holds its byte, so lines can be tried one by one. */
function firstBroken(bytes: Uint8Array): number {
  for (let line = 1, from = 0; from < bytes.length; line++) {
    const end = bytes.indexOf(lineEnd, from);
    const to = end < 0 ? bytes.length : end + 1;
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(from, to));
    } catch {
      return line;
    }
    from = to;
  }
  return 0;
}
