/** Least recently used: who was not asked for longest goes first. */
import { Chain } from './chain';
import type { EvictionPolicy } from './policy';

export class Lru implements EvictionPolicy {
  /** From the least to the most recently used. */
  private readonly chain = new Chain();

  added(slot: number): void {
    this.chain.append(slot);
  }

  used(slot: number): void {
    if (this.chain.last === slot) return;
    this.chain.remove(slot);
    this.chain.append(slot);
  }

  removed(slot: number): void {
    this.chain.remove(slot);
  }

  victim(spared: number): number {
    return this.chain.firstBut(spared);
  }

  clear(): void {
    this.chain.clear();
  }
}
