/**
 * Two servers at random, of whom the one with fewer requests under way: nearly as good as looking at all of them, at the
 * price of two looks (Mitzenmacher, The Power of Two Choices in Randomized Load Balancing, 2001).
 */
import type { Policy } from './policy';

export const twoChoices: Policy<undefined> = {
  initial: undefined,
  choose(candidates, memory, _arrival, random) {
    if (candidates.length === 1) return { index: 0, memory };
    const one = random.int(candidates.length);
    // Another one: of those that are left, in their order.
    const drawn = random.int(candidates.length - 1);
    const other = drawn < one ? drawn : drawn + 1;
    const isFewer = (candidates[other]?.inFlight ?? 0) < (candidates[one]?.inFlight ?? 0);
    return { index: isFewer ? other : one, memory };
  },
};
