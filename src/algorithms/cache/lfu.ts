/**
 * Least frequently used: who was asked for least often since it came in goes first, and of several the one that was not
 * asked for longest. Counts end with the entry: what comes back begins anew.
 */
import { Chain, none } from './chain';
import type { EvictionPolicy } from './policy';

export class Lfu implements EvictionPolicy {
  /**
   * In the order of eviction: by count, and among equals by their last use. All of one count stand together, so that one
   * more use takes a slot to the end of the next count's run, and that is found in constant time.
   */
  private readonly chain = new Chain();
  private readonly lastOfCount = new Map<number, number>();
  private counts = new Float64Array(firstSlots);

  added(slot: number): void {
    if (slot >= this.counts.length) this.widen(slot);
    this.counts[slot] = 1;
    this.chain.insert(slot, this.lastOfCount.get(1) ?? none);
    this.lastOfCount.set(1, slot);
  }

  used(slot: number): void {
    const { chain, lastOfCount } = this;
    const count = this.counts[slot] as number;
    const lastOfSame = lastOfCount.get(count) ?? slot;
    const behind = lastOfCount.get(count + 1) ?? lastOfSame;
    if (lastOfSame === slot) this.shorten(count, slot);
    if (behind !== slot) {
      chain.remove(slot);
      chain.insert(slot, behind);
    }
    this.counts[slot] = count + 1;
    lastOfCount.set(count + 1, slot);
  }

  removed(slot: number): void {
    const count = this.counts[slot] as number;
    if (this.lastOfCount.get(count) === slot) this.shorten(count, slot);
    this.chain.remove(slot);
  }

  victim(spared: number): number {
    return this.chain.firstBut(spared);
  }

  clear(): void {
    this.chain.clear();
    this.lastOfCount.clear();
  }

  /** The last of a run leaves it: the one before is the last now, if it is of the same count. */
  private shorten(count: number, slot: number): void {
    const before = this.chain.before(slot);
    if (before !== none && this.counts[before] === count) this.lastOfCount.set(count, before);
    else this.lastOfCount.delete(count);
  }

  private widen(slot: number): void {
    const wide = new Float64Array(Math.max(this.counts.length * 2, slot + 1));
    wide.set(this.counts);
    this.counts = wide;
  }
}

/** Counts are doubles: a whole number that never wraps. */
const firstSlots = 64;
