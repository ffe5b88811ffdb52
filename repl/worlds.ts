/**
 * Opens the worlds of a session: which mode, which stage, which seed, and whatever else the command line says. The parts
 * of the house are loaded here when they are needed, since everything loaded at the start is felt at the prompt.
 */
import type { AnyTier } from '../src/kernel/tier';
import type { Stage } from '../src/stages/stage';
import { Refusal } from '../src/world/quantities';
import type { Mode } from '../src/world/world';
import { didYouMean } from './render/error';
import type { Opened, Wanted } from './shell/shell';

/** What the command line says of worlds. */
export interface WorldOptions {
  readonly mode: Mode;
  readonly stage: string;
  readonly seed: string | number | undefined;
  readonly hosts: number;
  readonly dataDir: string | undefined;
  /** Tiers of the user's own. */
  readonly tiers: readonly AnyTier[];
}

/** The stage of this name; a `Refusal` names the nearest. */
export function stageOf(name: string, stages: readonly Stage[]): Stage {
  const found = stages.find((stage) => stage.name === name);
  if (found !== undefined) return found;
  const names = stages.map((stage) => stage.name);
  throw new Refusal(`there is no stage ${name}${didYouMean(name, names) || ` (stages: ${names.join(', ')})`}`);
}

export async function openWorld(options: WorldOptions, stages: readonly Stage[], wanted: Wanted): Promise<Opened> {
  const stage = stageOf(wanted.stage ?? options.stage, stages);
  const seed = wanted.seed ?? options.seed ?? 1;
  const hosts = Array.from({ length: options.hosts }, (_, at) => String(at + 1));
  const { simulate }: typeof import('../src/world/simulate') = require('../src/world/simulate');
  const { withTiers }: typeof import('../src/world/product') = require('../src/world/product');
  const world = simulate(stage, { seed, hosts: options.hosts, catalogue: withTiers(options.tiers) });
  return { world, virtual: world, stage, seed, hosts, close: async () => undefined };
}
