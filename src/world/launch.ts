/**
 * Opens a world on worker threads.
 */
import { join } from 'node:path';
import type { ThreadedOptions } from '../runtimes/threaded/options';
import { launchRuntime } from '../runtimes/threaded/threaded-runtime';
import { hostsOf, type Stage } from '../stages/stage';
import { LiveWorld } from './live-world';
import { Refusal } from './quantities';

/** Every thread loads the product's tiers and faults for itself: functions do not cross threads. */
const product = require.resolve(join(__dirname, 'product'));

/** Options of a threaded world; `modules` are files with tiers of one's own. */
export type LaunchOptions = Partial<ThreadedOptions>;

/**
 * A stage on worker threads, ready to serve: the same verbs as in simulation, each a promise.
 *
 * @example
 * const world = await launch(stages.loadBalanced, { hosts: 2 });
 * (await world.get('/users/12')).status; // 200
 * await world.killHost(1);
 * await world.close();
 */
export async function launch(stage: Stage, options: LaunchOptions = {}): Promise<LiveWorld> {
  const runtime = await launchRuntime({
    ...hostsOf(stage),
    ...options,
    modules: [product, ...(options.modules ?? [])],
  });
  const world = new LiveWorld(stage.name, runtime);
  try {
    await new Promise<void>((resolve, reject) => {
      runtime.apply(stage.topology, (outcome) => (outcome.ok ? resolve() : reject(new Refusal(outcome.reason))));
    });
    await world.ready();
  } catch (failure) {
    await runtime.close();
    throw failure;
  }
  return world;
}
