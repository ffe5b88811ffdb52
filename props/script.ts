/**
 * A plan carried out in a simulated world, and written down as the lines that would do the same at the prompt.
 */
import { commandLine } from '../src/world/command-line';
import { Refusal } from '../src/world/quantities';
import type { SimulatedWorld } from '../src/world/simulated-world';
import type { Planned } from './arbitraries/schedule';

/** What became of a plan. */
export interface CarriedOut {
  readonly done: number;
  /** Commands that the world refused, since what they were for was not there or not so. */
  readonly refused: readonly string[];
}

/** Does each command at its moment and then lets the world run on to the end. */
export function carryOut(world: SimulatedWorld, plan: readonly Planned[], endMs: number): CarriedOut {
  const refused: string[] = [];
  for (const { atMs, command } of plan) {
    runTo(world, atMs);
    try {
      world.command(command);
    } catch (failure) {
      if (!(failure instanceof Refusal)) throw failure;
      refused.push(`${commandLine(command)}: ${failure.message}`);
    }
  }
  runTo(world, endMs);
  return { done: plan.length - refused.length, refused };
}

/** The lines of a plan, with the time between them. */
export function script(plan: readonly Planned[], endMs: number): readonly string[] {
  let nowMs = 0;
  const wait = (untilMs: number): string[] => {
    if (untilMs <= nowMs) return [];
    const line = `run ${untilMs - nowMs}ms`;
    nowMs = untilMs;
    return [line];
  };
  return [...plan.flatMap(({ atMs, command }) => [...wait(atMs), commandLine(command)]), ...wait(endMs)];
}

function runTo(world: SimulatedWorld, atMs: number): void {
  const aheadMs = atMs - world.nowUs / 1000;
  if (aheadMs > 0) world.run(aheadMs);
}
