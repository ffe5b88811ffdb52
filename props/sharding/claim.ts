/**
 * All that holds while keys move from shard to shard: one history, judged from each side.
 */
import type { Catalogue } from '../../src/kernel/runtime';
import type { Claim } from '../../src/testing/judge';
import type { Phenomena } from '../../src/testing/phenomena';
import { oneOwner } from './one-owner';
import { registers } from './registers';
import { scans } from './scans';
import { type Case, sharded } from './trial';

export interface MovesOptions {
  readonly seed: number;
  readonly runs: number;
  readonly phenomena?: Phenomena;
  readonly catalogue?: Catalogue;
}

/** Rows lie in one place each, are seen once each, and are registers, whatever moves and whatever breaks meanwhile. */
export function moves(options: MovesOptions): Claim<Case> {
  return sharded({ ...options, name: 'moving keys loses and doubles nothing', judges: [scans, registers, oneOwner] });
}
