/**
 * All that holds of replicated sites of one mode at once: one history, judged from each side.
 */
import type { Catalogue } from '../../src/kernel/runtime';
import type { Claim } from '../../src/testing/judge';
import type { Phenomena } from '../../src/testing/phenomena';
import { convergence } from './convergence';
import { histories } from './histories';
import { lostTail } from './lost-tail';
import type { Mode } from './modes';
import { oneWriter } from './one-writer';
import { readAfterFailover } from './read-after-failover';
import { type Case, replicated } from './trial';

export interface PromisesOptions {
  readonly mode: Mode;
  readonly seed: number;
  readonly runs: number;
  readonly phenomena?: Phenomena;
  readonly catalogue?: Catalogue;
}

/** What is acknowledged is kept, or its loss is told; one node writes; copies are equal; sessions and rows are as promised. */
export function promises(options: PromisesOptions): Claim<Case> {
  const { mode } = options;
  const judges = [oneWriter, histories, convergence, readAfterFailover, ...(mode === 'async' ? [lostTail] : [])];
  return replicated({ ...options, name: 'copies keep what is promised', judges });
}
