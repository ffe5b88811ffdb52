/**
 * Lets virtual time pass in slices, so that Ctrl-C is heard between them however much happens.
 */
import { setImmediate } from 'node:timers/promises';
import { type Moment, reached } from '../../src/world/command-log';
import type { SimulatedWorld } from '../../src/world/simulated-world';

const firstSliceMs = 10;
const shortestWallMs = 15;
const longestWallMs = 40;

/** Lets waiting input and timers have their turn; throws when the signal says stop. */
export async function breathe(signal: AbortSignal): Promise<void> {
  await setImmediate();
  signal.throwIfAborted();
}

/** Runs for so long, or until a condition holds; true if it does. */
export async function passVirtual(
  world: SimulatedWorld,
  ms: number,
  signal: AbortSignal,
  condition?: () => boolean,
): Promise<boolean> {
  const endUs = world.nowUs + Math.round(ms * 1000);
  for (let sliceMs = firstSliceMs; world.nowUs < endUs; ) {
    const started = performance.now();
    const nextMs = Math.min(sliceMs, (endUs - world.nowUs) / 1000);
    if (condition === undefined) world.run(nextMs);
    else if (world.until(condition, nextMs)) return true;
    const wallMs = performance.now() - started;
    if (wallMs < shortestWallMs) sliceMs *= 2;
    else if (wallMs > longestWallMs) sliceMs = Math.max(0.01, sliceMs / 2);
    await breathe(signal);
  }
  return false;
}

/** Runs to a moment; does nothing if it has passed. */
export async function passTo(world: SimulatedWorld, to: Moment, signal: AbortSignal): Promise<void> {
  const there = (): boolean => reached(world.moment, to);
  if (there()) return;
  const held = await passVirtual(world, (to.atUs - world.nowUs) / 1000, signal, there);
  if (!held) world.until(there, 0); // What is left of its microsecond.
}
