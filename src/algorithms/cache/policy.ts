/**
 * What decides who has to go when a cache is full. A policy knows entries as slots, small whole numbers that the cache
 * gives out and takes back; it sees every use and says who is next, each in constant time.
 */
export interface EvictionPolicy {
  /** A slot is taken by a new entry; counts as its first use. */
  added(slot: number): void;
  /** The entry was read or written again. */
  used(slot: number): void;
  /** The slot is free: evicted, deleted or expired. */
  removed(slot: number): void;
  /** Who goes next, other than one that is to stay; `none` if there is nobody else. */
  victim(spared: number): number;
  clear(): void;
}
