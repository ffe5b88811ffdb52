/**
 * How a threaded world can be set up; every default is spelled out here.
 */
import { defaultNetwork, type NetworkModel } from '../../kernel/network';
import type { Detail } from '../../kernel/runtime';
import { type RestartPolicy, restartPolicy } from '../engine/restart-policy';

export interface ThreadedOptions {
  /** Modules that make up the catalogue, as absolute paths or package names: each thread loads them for itself. */
  readonly modules: readonly string[];
  /** Threads that carry the boxes of the site; one more carries the outside world and the provider. */
  readonly hosts: number;
  /** `full` keeps the last events of every message for `recall`; `everything` streams them while somebody listens. */
  readonly detail: Detail;
  readonly network: NetworkModel;
  readonly restarts: RestartPolicy;
  /** How long a killed host stays down before the pool's new thread takes its place. */
  readonly hostRestartMs: number;
  /** Chance is seeded with this where the tiers ask for it; by default no two worlds are alike. */
  readonly seed: string | number | undefined;
  /** Keeps the disks here, locked against a second process; by default a temporary folder that goes at the close. */
  readonly dataDir: string | undefined;
  /** Memory for JavaScript per thread: a host that needs more dies alone. */
  readonly heapMb: number;
  /** Threads for slow jobs, started with the first one. */
  readonly jobThreads: number;
  /** How many of the newest events each host keeps for `recall`. */
  readonly keepMax: number;
}

/** Between threads the machine takes its own time; only what is far away takes longer. */
export const threadedNetwork: NetworkModel = { ...defaultNetwork, sameBoxMs: 0, sameRegionMs: 0 };

export const threadedDefaults: Omit<ThreadedOptions, 'modules'> = {
  hosts: 2,
  detail: 'acts',
  network: threadedNetwork,
  restarts: restartPolicy,
  hostRestartMs: 1_000,
  seed: undefined,
  dataDir: undefined,
  heapMb: 512,
  jobThreads: 2,
  keepMax: 20_000,
};
