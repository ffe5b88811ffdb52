/**
 * Opens a simulated world.
 */
import type { SimulatedOptions } from '../runtimes/simulated/simulated-runtime';
import { hostsOf, type Stage } from '../stages/stage';
import { catalogue } from './product';
import { SimulatedWorld } from './simulated-world';

/**
 * A stage in virtual time, synchronous: time passes only when a verb waits for an answer, or in `run`.
 *
 * @example
 * const world = simulate(stages.loadBalanced, { seed: 7 });
 * world.get('/users/12').status; // 200
 * world.kill('web-1');
 * world.run('10s');
 */
export function simulate(stage: Stage, options: Partial<SimulatedOptions> = {}): SimulatedWorld {
  return new SimulatedWorld(stage.name, stage.topology, { catalogue, ...hostsOf(stage), ...options });
}
