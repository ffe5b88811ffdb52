/**
 * Whoever has the fewest requests under way; among equals in turn, so that an idle pool is not all first server.
 */
import type { Policy } from './policy';

export const leastConnections: Policy<number> = {
  initial: -1,
  choose(candidates, last) {
    let best = 0;
    for (let index = 1; index < candidates.length; index++) {
      const one = candidates[index];
      const other = candidates[best];
      if (one === undefined || other === undefined || one.inFlight > other.inFlight) continue;
      // In cyclic order from the last one on, so that after the end of the pool comes its beginning.
      const isSooner = one.place > last !== other.place > last ? one.place > last : false;
      if (one.inFlight < other.inFlight || isSooner) best = index;
    }
    return { index: best, memory: candidates[best]?.place ?? 0 };
  },
};
