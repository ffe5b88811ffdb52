/**
 * A failure that somebody else can stand in, in this checkout.
 */
import type { Shown } from '../src/testing/claim';
import { standing as standingIn } from '../src/testing/standing';
import type { SimulatedWorld } from '../src/world/simulated-world';

/** Tries something in a world once more, for how it fails, and shows where the world stood then. */
export function standing<W extends SimulatedWorld>(world: W, trial: (world: W) => unknown): Shown {
  return standingIn(world, trial, { replay: 'npm start -- --replay' });
}
