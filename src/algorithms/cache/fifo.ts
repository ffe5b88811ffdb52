/** First in, first out: who came first goes first, however often it was asked for. An entry that is overwritten keeps its place. */
import { Chain } from './chain';
import type { EvictionPolicy } from './policy';

export class FifoEviction implements EvictionPolicy {
  private readonly chain = new Chain();

  added(slot: number): void {
    this.chain.append(slot);
  }

  used(_slot: number): void {
    // To be used changes nothing here.
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
