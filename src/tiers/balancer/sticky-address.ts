/**
 * Whoever asks from the same address goes to the same server, by consistent hashing: when a server goes, only its own
 * addresses move, and they move back with it. It costs evenness: many users behind one address are one address.
 */
import type { Locator } from '../../algorithms/hashing/locator';
import { rendezvousLocator } from '../../algorithms/hashing/rendezvous';
import type { Candidate, Policy } from './policy';

/** Who stands where, made anew when others can be chosen than before. */
interface Places {
  readonly ids: readonly string[];
  readonly locator: Locator;
}

export const stickyAddress: Policy<Places | undefined> = {
  initial: undefined,
  choose(candidates, last, { from }) {
    const memory = last !== undefined && areThose(candidates, last.ids) ? last : placesOf(candidates);
    return { index: memory.locator.locate(from), memory };
  },
};

function placesOf(candidates: readonly Candidate[]): Places {
  const ids = candidates.map(({ id }) => id);
  return { ids, locator: rendezvousLocator(ids) };
}

function areThose(candidates: readonly Candidate[], ids: readonly string[]): boolean {
  return candidates.length === ids.length && candidates.every(({ id }, place) => id === ids[place]);
}
