/**
 * The same users with the same records in each kind of store, sharded alike and behind the same routers: what an operation
 * takes and how many are done, in virtual time. It is what `compare stores` shows, side by side with the relational one.
 */
import { type Act, acts, runStoreTrials, type StoreResult, storeTrials } from '../repl/shell/store-trial';
import { stages } from '../src/stages';
import type { Benchmark, Row, Side, Unit } from './harness';

const load = { seed: 1, users: 10, ms: 2_000, reads: 0.9 };
const signal = new AbortController().signal;

/** All figures are of one run: virtual time says the same each time. */
class Trials {
  private run: Promise<readonly StoreResult[]> | undefined;
  private readonly sides = new Map<string, Side>();

  side(store: StoreResult['name'], of: string, unit: Unit, figure: (result: StoreResult) => number): Side {
    const name = `${store}: ${of}`;
    const side = this.sides.get(name) ?? {
      name: store,
      unit,
      measure: async () => {
        this.run ??= runStoreTrials(stages.stores.topology, load, signal);
        const result = (await this.run).find((one) => one.name === store);
        if (result === undefined || result.failed > 0) throw new Error(`${store}: ${result?.failed ?? 'all'} failed`);
        return figure(result);
      },
    };
    this.sides.set(name, side);
    return side;
  }
}

function rowsOf(trials: Trials, store: StoreResult['name']): Row[] {
  const [{ name: relational }] = storeTrials;
  const row = (of: string, unit: Unit, figure: (result: StoreResult) => number): Row => {
    const ours = trials.side(store, of, unit, figure);
    const what = `${store}: ${of}, virtual`;
    return store === relational ? { what, ours } : { what, ours, peer: trials.side(relational, of, unit, figure) };
  };
  const latencies = (act: Act): Row[] => [
    row(`p50 of a ${act}`, 'ms', (result) => result.acts[act].p50Ms),
    row(`p99 of a ${act}`, 'ms', (result) => result.acts[act].p99Ms),
  ];
  return [row(`operations of ${load.users} users`, '/s', ({ donePerS }) => donePerS), ...acts.flatMap(latencies)];
}

export const stores: Benchmark = {
  name: 'stores',
  summary: 'the same workload on relational, key-value and document stores',
  rounds: 1,
  open() {
    const trials = new Trials();
    return { rows: storeTrials.flatMap(({ name }) => rowsOf(trials, name)) };
  },
};
