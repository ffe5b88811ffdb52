/** Every eviction policy by its name. A new one is a file beside this and a line here. */
import { FifoEviction } from './fifo';
import { Lfu } from './lfu';
import { Lru } from './lru';
import type { EvictionPolicy } from './policy';

export const policyNames = ['lru', 'lfu', 'fifo'] as const;
export type PolicyName = (typeof policyNames)[number];

/** Makes one for a cache that begins. */
export const policies: Readonly<Record<PolicyName, () => EvictionPolicy>> = {
  lru: () => new Lru(),
  lfu: () => new Lfu(),
  fifo: () => new FifoEviction(),
};
