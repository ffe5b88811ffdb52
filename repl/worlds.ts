/**
 * Opens the worlds of a session: which mode, which stage, which seed, and whatever else the command line says. The parts
 * of the house are loaded here when they are needed, since everything loaded at the start is felt at the prompt.
 */
import type { Stage } from '../src/stages/stage';
import type { FailureLog } from '../src/testing/failure-log';
import type { Mode } from '../src/world/operator';
import { Refusal } from '../src/world/quantities';
import type { Failure, Standpoint } from '../src/world/token';
import { didYouMean } from './render/error';
import type { Opened, Wanted } from './shell/shell';

/** What the command line says of worlds. */
export interface WorldOptions {
  readonly mode: Mode;
  readonly stage: string;
  readonly seed: string | number | undefined;
  /** Undefined: as many as the stage wants. */
  readonly hosts: number | undefined;
  /** Where the disks are kept; only threads have disks that outlive them. */
  readonly dataDir: string | undefined;
  /** Modules with tiers of the user's own, as absolute paths: each thread loads them for itself. */
  readonly modules: readonly string[];
  /** Where to stand at first; simulation only. */
  readonly standpoint: Standpoint | undefined;
}

/** The stage of this name; a `Refusal` names the nearest. */
export function stageOf(name: string, stages: readonly Stage[]): Stage {
  const found = stages.find((stage) => stage.name === name);
  if (found !== undefined) return found;
  const names = stages.map((stage) => stage.name);
  throw new Refusal(`there is no stage ${name}${didYouMean(name, names) || ` (stages: ${names.join(', ')})`}`);
}

/** Throws a `Refusal` for what cannot be, and what the runtime throws when its data folder or a module is no good. */
export async function openWorld(options: WorldOptions, stages: readonly Stage[], wanted: Wanted): Promise<Opened> {
  const standpoint = wanted.standpoint ?? (Object.keys(wanted).length === 0 ? options.standpoint : undefined);
  if (standpoint !== undefined) return standing(standpoint, options, stages);
  const stage = stageOf(wanted.stage ?? options.stage, stages);
  const seed = wanted.seed ?? options.seed ?? 1;
  const count = options.hosts ?? stage.hosts ?? 2;
  const hosts = Array.from({ length: count }, (_, at) => String(at + 1));
  const common = { stage, seed, hosts, alone: options.dataDir !== undefined };
  if (options.mode === 'sim') return { ...common, ...simulated(options, stage, seed, count) };
  return { ...common, ...(await threaded(options, stage, seed, count)) };
}

type Ran = Pick<Opened, 'world' | 'virtual' | 'close'>;

function simulated({ modules, dataDir }: WorldOptions, stage: Stage, seed: string | number, hosts: number): Ran {
  if (dataDir !== undefined) throw new Refusal('--data is for threads: a simulation keeps its disks in memory');
  const { simulate }: typeof import('../src/world/simulate') = require('../src/world/simulate');
  const world = simulate(stage, { seed, hosts, catalogue: catalogueOf(modules) });
  return { world, virtual: world, close: async () => world.close() };
}

/** A world as a token tells of it, at the moment that it tells. */
function standing(standpoint: Standpoint, { mode, modules }: WorldOptions, stages: readonly Stage[]): Opened {
  if (mode !== 'sim') throw new Refusal('a history can only be replayed in simulation; start with --mode sim');
  const { SimulatedWorld }: typeof import('../src/world/simulated-world') = require('../src/world/simulated-world');
  const { recipe, moment, failure } = standpoint;
  const catalogue = catalogueOf(modules);
  const missing = recipe.topology.nodes.find(({ kind }) => !catalogue.tiers.has(kind));
  if (missing !== undefined) {
    throw new Refusal(
      `this history has a tier of somebody's own, ${missing.kind}; name the file with it: --tier <file.ts>`,
    );
  }
  const log = failure === undefined ? undefined : failureLog(failure);
  const world = SimulatedWorld.standing(recipe, moment, { catalogue }, (event) => log?.note(event));
  const { name, topology, seed } = recipe;
  const known = stages.find((stage) => stage.name === name);
  const tryNext = failure === undefined ? ['back 1s', 'step', 'ls'] : ['diagram', 'why', 'back 1s', 'step'];
  const stage = { ...(known ?? { name, title: name, story: '', topology }), tryNext };
  const hosts = world.census().hosts.flatMap(({ id }) => (id === 0 ? [] : [String(id)]));
  const opened = { world, virtual: world, stage, seed, hosts, alone: false, close: async () => world.close() };
  const same = standpoint.hash === undefined || standpoint.hash === world.hash();
  return {
    ...opened,
    ...(same ? {} : { warning: anotherHistory }),
    ...(log === undefined || failure === undefined
      ? {}
      : {
          stood: { failure, events: log.events, atUs: world.nowUs, nodes: new Set(topology.nodes.map(({ id }) => id)) },
        }),
  };
}

const anotherHistory =
  'this is not the history that the token was made of: the code is not what it was, so what went wrong may not show';

function failureLog({ about }: Failure): FailureLog {
  const { FailureLog: Log }: typeof import('../src/testing/failure-log') = require('../src/testing/failure-log');
  return new Log(about);
}

async function threaded(
  { modules, dataDir }: WorldOptions,
  stage: Stage,
  seed: string | number,
  hosts: number,
): Promise<Ran> {
  const { launch }: typeof import('../src/world/launch') = require('../src/world/launch');
  // In full detail: `trace` and `events --all` tell of single messages.
  const world = await launch(stage, { seed, hosts, modules, dataDir, detail: 'full' });
  return { world, virtual: undefined, close: () => world.close() };
}

function catalogueOf(modules: readonly string[]) {
  const { loadCatalogue }: typeof import('../src/runtimes/threaded/catalogue-modules') =
    require('../src/runtimes/threaded/catalogue-modules');
  return loadCatalogue([require.resolve('../src/world/product'), ...modules]);
}
