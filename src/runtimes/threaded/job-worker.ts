/**
 * What the threads for slow computations run: one job at a time, by name.
 */
import '../../start/quick';
import type { Catalogue } from '../../kernel/runtime';
import { loadCatalogue } from './catalogue-modules';
import type { JobTask } from './control';

let catalogue: Catalogue | undefined;

/** Computes a job. */
export function job({ modules, job: { name, input } }: JobTask): unknown {
  catalogue ??= loadCatalogue(modules);
  const kind = catalogue.jobs[name];
  if (kind === undefined) throw new Error(`there is no job ${name}`);
  return kind.run(input);
}
