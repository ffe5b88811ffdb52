/**
 * MD5 (RFC 1321), because the clients of memcached agreed on it. It protects nothing: here it only says who has what.
 */

const turns = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21] as const;
const sines = Int32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32));
/** Which word of the block each of the 64 steps reads, by round. */
const reads: readonly ((step: number) => number)[] = [(i) => i, (i) => 5 * i + 1, (i) => 3 * i + 5, (i) => 7 * i];

/**
 * The digest of a text in UTF-8, as its four 32-bit words, each from 0 to 2³² − 1. The bytes of a word follow from the
 * lowest to the highest.
 */
export function md5(text: string): readonly [number, number, number, number] {
  const words = padded(new TextEncoder().encode(text));
  let [a0, b0, c0, d0] = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
  for (let block = 0; block < words.length; block += 16) {
    let [a, b, c, d] = [a0, b0, c0, d0];
    for (let step = 0; step < 64; step++) {
      const round = step >> 4;
      const word = words[block + ((reads[round]?.(step) ?? 0) & 15)] ?? 0;
      const sum = a + mixed(round, b, c, d) + (sines[step] ?? 0) + word;
      const turn = turns[round * 4 + (step & 3)] ?? 0;
      [a, b, c, d] = [d, (b + ((sum << turn) | ((sum | 0) >>> (32 - turn)))) | 0, b, c];
    }
    [a0, b0, c0, d0] = [(a0 + a) | 0, (b0 + b) | 0, (c0 + c) | 0, (d0 + d) | 0];
  }
  return [a0 >>> 0, b0 >>> 0, c0 >>> 0, d0 >>> 0];
}

function mixed(round: number, b: number, c: number, d: number): number {
  if (round === 0) return (b & c) | (~b & d);
  if (round === 1) return (d & b) | (~d & c);
  return round === 2 ? b ^ c ^ d : c ^ (b | ~d);
}

/** The message, a one bit, zeros, and its length in bits; in whole blocks of sixteen words. */
function padded(message: Uint8Array): Int32Array {
  const words = new Int32Array((((message.length + 8) >>> 6) + 1) * 16);
  const put = (byte: number, at: number): void => {
    words[at >>> 2] = (words[at >>> 2] ?? 0) | (byte << ((at & 3) * 8));
  };
  message.forEach(put);
  put(0x80, message.length);
  words[words.length - 2] = message.length << 3;
  words[words.length - 1] = message.length >>> 29;
  return words;
}
