/**
 * A failure that somebody else can stand in: what was done as lines of the prompt, and one command that opens the prompt
 * at that place of that history.
 */

import type { Shown } from '../src/testing/judge';
import { pasteable } from '../src/world/pasteable';
import type { SimulatedWorld } from '../src/world/simulated-world';
import { toToken } from '../src/world/token';
import { version } from '../src/world/version';

/** Shows a world after a trial; that the trial fails is what it is shown for. */
export function standing(world: SimulatedWorld, trial: () => void): Shown {
  try {
    trial();
  } catch {
    // It stands where the claim fell.
  }
  const { recipe, moment } = world;
  const lines = [`# stage ${recipe.name}, seed ${recipe.seed}`, ...pasteable(recipe.log, moment)];
  return { lines, command: `npm start -- --replay ${toToken({ recipe, moment }, version())}` };
}
