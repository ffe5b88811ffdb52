/**
 * From where on the lines of a log can be typed: a stage as it ships, or a world of somebody's own.
 */
import { simulatedDefaults } from '../runtimes/simulated/simulated-runtime';
import { stages } from '../stages';
import type { Recipe } from './simulated-world';

/** `stage load-balanced, seed 7`, or how to stand at the beginning of a world that is no stage. */
export function beginning({ name, topology, seed, model }: Recipe): string {
  const stage = Object.values(stages).find((one) => one.name === name);
  const changed = Object.entries(model).some(([part, value]) => !isUsual(part, value));
  if (stage !== undefined && !changed && same(stage.topology, topology)) return `stage ${name}, seed ${seed}`;
  const what = stage === undefined ? name : `${name} with changes`;
  return `${what}, seed ${seed}: begin where --replay and goto 0s lead`;
}

function isUsual(part: string, value: unknown): boolean {
  return Object.entries(simulatedDefaults).some(([name, usual]) => name === part && same(usual, value));
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
