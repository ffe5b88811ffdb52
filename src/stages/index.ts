/**
 * The ladder: every stage, by its name in the library and by its name at a prompt.
 */
import { cache } from './cache';
import { consensus } from './consensus';
import { loadBalanced } from './load-balanced';
import { oneBox } from './one-box';
import { replication } from './replication';
import { retryStorm } from './retry-storm';
import { separateDatabase } from './separate-database';
import { sharding } from './sharding';
import type { Stage } from './stage';
import { stateful } from './stateful';
import { stateless } from './stateless';
import { stores } from './stores';

export type { Stage } from './stage';

/** In the order in which a site grows; beside the ladder stands what can go wrong on it. */
export const stages = {
  oneBox,
  separateDatabase,
  loadBalanced,
  replication,
  consensus,
  stateful,
  stateless,
  cache,
  sharding,
  stores,
  retryStorm,
} as const;

const byName: ReadonlyMap<string, Stage> = new Map(Object.values(stages).map((stage) => [stage.name, stage]));

/** Names of all stages, for help and completion. */
export const stageNames: readonly string[] = [...byName.keys()];

/** The stage of a name such as `one-box`, or `undefined`. */
export function stageNamed(name: string): Stage | undefined {
  return byName.get(name);
}
