/**
 * Everyone in turn. It remembers the place in the pool that was served last, not a count: when a server drops out or
 * comes back, the others keep their turns.
 */
import type { Policy } from './policy';

export const roundRobin: Policy<number> = {
  initial: -1,
  choose(candidates, last) {
    for (let index = 0; index < candidates.length; index++) {
      const place = candidates[index]?.place ?? 0;
      if (place > last) return { index, memory: place };
    }
    return { index: 0, memory: candidates[0]?.place ?? 0 };
  },
};
