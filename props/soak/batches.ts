/**
 * What a soak does, in its order: round after round with the next seed, in each round a batch of cases of every claim.
 * Batches are dealt to the shards like cards, one card further each round, so that no machine has only the slow claims.
 */
import type { Wish } from './wish';

/** Some cases of one claim from one seed: what one thread does at a time. */
export interface Batch {
  readonly name: string;
  readonly seed: number;
  readonly runs: number;
}

export function* batches({
  chosen,
  runs,
  seed,
  shard,
}: Pick<Wish, 'chosen' | 'runs' | 'seed' | 'shard'>): Generator<Batch> {
  let left = runs;
  const wholeRound = chosen.reduce((sum, trial) => sum + trial.runs, 0);
  for (let round = 0; ; round++) {
    // What is too little for a round is shared among all claims, rather than spent on the first of them.
    const part = Math.min(1, Math.max(0, left - chosen.length) / Math.max(1, wholeRound - chosen.length));
    for (const [place, trial] of chosen.entries()) {
      if (left <= 0) return;
      const fair = 1 + Math.floor((trial.runs - 1) * part);
      const batch = { name: trial.name, seed: seed + round, runs: Math.min(left, fair) };
      left -= batch.runs;
      if ((place + round) % shard.of === shard.at) yield batch;
    }
  }
}
