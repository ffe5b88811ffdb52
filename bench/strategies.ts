/**
 * What each strategy saves the database: the share of reads that it is not asked for, under the same users with the same
 * seed on the stage with a cache, of whose requests one in twenty writes.
 */
import { type StrategyName, strategyNames } from '../src/protocols/strategy';
import { stages } from '../src/stages';
import { catalogue } from '../src/world/product';
import { SimulatedWorld } from '../src/world/simulated-world';
import { type Benchmark, happened, type Side } from './harness';

const ratePerS = 500;
const users = 1_000;
const seconds = 60;

function side(strategy: StrategyName): Side {
  return {
    name: strategy,
    unit: '%',
    measure(scale) {
      const { name, topology } = stages.cache;
      const options = { catalogue, seed: 'strategies', detail: 'acts', keepMax: 0, hashed: false } as const;
      const world = new SimulatedWorld(name, topology, options);
      try {
        world.strategy(strategy);
        const popularity = { law: 'zipf', theta: 0.99 } as const;
        world.load({ loop: 'open', ratePerS, arrivals: 'poisson' }, { users, writes: 0.05, popularity });
        world.run(seconds * 1_000 * scale);
        world.loadStop();
        const found = world.strategies().strategies.find(({ isSet }) => isSet);
        const reads = found?.reads ?? 0;
        const wanted = ratePerS * seconds * scale * 0.95;
        happened(`reads (${strategy})`, reads, wanted * 0.9, wanted * 1.1);
        return ((found?.saved ?? 0) / reads) * 100;
      } finally {
        world.close();
      }
    },
  };
}

export const strategies: Benchmark = {
  name: 'strategies',
  summary: 'database queries that each cache strategy saves',
  rounds: 1,
  open: () => ({ rows: strategyNames.map((name) => ({ what: `queries saved, ${name}`, ours: side(name) })) }),
};
