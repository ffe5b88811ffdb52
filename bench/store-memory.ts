/**
 * The memory that a million records take in each kind of store, as part of one shard: reckoned from fewer, which is fair
 * only as long as twice as many take twice as much; so that is shown.
 */
import { childReport } from './child';
import type { Benchmark, Row, Side } from './harness';
import type { Grown } from './store-memory-child';

const million = 1_000_000;
const [many, half] = [200_000, 100_000];
const families = [
  ['sql', 'relational'],
  ['kv', 'key-value'],
  ['doc', 'documents'],
] as const;

function perMillion(family: string, keys: number): Side {
  return {
    name: `from ${keys.toLocaleString('en-US')}`,
    unit: 'MB',
    async measure() {
      const { mb } = await childReport<Grown>('store-memory-child', [family, `${keys}`]);
      return (mb * million) / keys;
    },
  };
}

export const storeMemory: Benchmark = {
  name: 'store-memory',
  summary: 'memory of a million records, by kind of store',
  rounds: 3,
  open: () => ({
    rows: families.map(
      ([family, name]): Row => ({
        what: `${name}: a million records of 6 fields`,
        ours: perMillion(family, many),
        peer: perMillion(family, half),
      }),
    ),
  }),
};
