/**
 * What may be a shard key, and the hashes of one. Each use has a salt of its own, so that which half of a split a key
 * falls into says nothing about where its method puts it, or in which portion of a move it goes.
 */
import { hash64 } from '../algorithms/hashing/hash64';
import type { ShardKey } from '../protocols/shard-map';

/** Salts of splits count up from 1 and stay far below these. */
const partSalt = 0x7000_0001;
const portionSalt = 0x7000_0002;

/** Whether rows can be placed by it: an integer that JavaScript knows exactly, or a text. */
export function isShardKey(value: unknown): value is ShardKey {
  return typeof value === 'string' || Number.isSafeInteger(value);
}

/** Which half of a split a key falls into: the one that goes to the new shard, or the one that stays. */
export function goesOver(key: ShardKey, salt: number): boolean {
  return (hash64(key, salt).low & 1) === 1;
}

/** Which of so many shards a part of an isolated key is on. */
export function placeOfPart(part: ShardKey, places: number): number {
  return hash64(part, partSalt).top53 % places;
}

/** Which of so many portions of a move a key goes with. */
export function portionOf(key: ShardKey, portions: number): number {
  return portions === 1 ? 0 : hash64(key, portionSalt).top53 % portions;
}

/** One text per unit, for sets and maps: an integer and its digits as text are two keys. */
export function unitName(key: ShardKey, part: ShardKey | undefined): string {
  return JSON.stringify(part === undefined ? [key] : [key, part]);
}
