/**
 * What the threads of a soak run: one batch at a time.
 */
import { type Tried, trials } from '../trials';
import type { Batch } from './batches';

/** Tries a batch. */
export function tryBatch({ name, seed, runs }: Batch): Tried {
  const trial = trials.find((one) => one.name === name);
  if (trial === undefined) throw new Error(`there is no claim ${name}`);
  return trial.try({ seed, runs });
}
