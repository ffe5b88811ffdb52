/**
 * Counting as memcached does it, on values that are whole numbers from 0 up to 2^64: up wraps around, down stops at 0.
 */

/** Reads decimal digits below 2^64; anything else is no number. */
export function wholeNumber(text: string): bigint | undefined {
  if (!/^[0-9]{1,20}$/.test(text)) return undefined;
  const number = BigInt(text);
  return BigInt.asUintN(64, number) === number ? number : undefined;
}

export function counted(from: bigint, way: 'up' | 'down', by: bigint): bigint {
  if (way === 'up') return BigInt.asUintN(64, from + by);
  return from > by ? from - by : 0n;
}
