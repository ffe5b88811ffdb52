/**
 * What each strategy saves the database, and what it means for those who read: the same users with the same seed on the
 * stage with a cache, once as on most sites, of whose requests few write, and once where many write to few rows.
 */
import { Histogram } from '../src/algorithms/histogram';
import { type StrategyName, strategyNames } from '../src/protocols/strategy';
import { stages } from '../src/stages';
import { recording } from '../src/testing/recording';
import { catalogue } from '../src/world/product';
import { SimulatedWorld } from '../src/world/simulated-world';
import { type Benchmark, happened, type Row, type Side, type Unit } from './harness';

const ratePerS = 500;
const seconds = 60;
/** What a strategy has put off is done by then. */
const afterwardsMs = 5_000;

/** Who asks, and how much of that changes something. */
interface Mix {
  readonly users: number;
  readonly writes: number;
}
const mixes: readonly Mix[] = [
  { users: 1_000, writes: 0.05 },
  { users: 100, writes: 0.2 },
];

/** What came of a minute. */
interface Found {
  /** Of all reads, those that a cache answered, and questions that the database was not asked, both in percent. */
  readonly answered: number;
  readonly saved: number;
  /** What the database wrote into its log for each write of a user's. */
  readonly written: number;
  /** As users see it, in milliseconds. */
  readonly readMs: Histogram;
}

function minute(strategy: StrategyName, { users, writes }: Mix, scale: number): Found {
  const { name, topology } = stages.cache;
  const world = new SimulatedWorld(name, topology, {
    ...{ catalogue, seed: 'strategies', detail: 'acts', keepMax: 0, hashed: false },
  });
  try {
    world.strategy(strategy);
    const before = positionOf(world);
    const history = recording(world);
    world.load({ loop: 'open', ratePerS, arrivals: 'poisson' }, { users, writes, popularity });
    world.run(seconds * 1_000 * scale);
    world.loadStop();
    world.run(afterwardsMs);
    const found = world.strategies().strategies.find(({ isSet }) => isSet);
    const { reads = 0, hits = 0, saved = 0 } = found ?? {};
    const ok = history().filter(({ outcome }) => outcome === 'ok');
    const readMs = new Histogram();
    for (const { f, calledAtUs = 0, endedAtUs = 0 } of ok) if (f === 'read') readMs.record(endedAtUs - calledAtUs);
    const wrote = ok.length - readMs.count;
    for (const [what, count, share] of [
      ['reads', reads, 1 - writes],
      ['reads that were answered', readMs.count, 1 - writes],
      ['writes that were acknowledged', wrote, writes],
    ] as const) {
      const wanted = ratePerS * seconds * scale * share;
      const slack = 6 * Math.sqrt(wanted);
      happened(`${what} (${strategy})`, count, wanted - slack, wanted + slack);
    }
    const written = (positionOf(world) - before) / wrote;
    return { answered: (hits / reads) * 100, saved: (saved / reads) * 100, written, readMs };
  } finally {
    world.close();
  }
}

const popularity = { law: 'zipf', theta: 0.99 } as const;

/** How long the database's log is. */
function positionOf(world: SimulatedWorld): number {
  const answer = world.sql('SELECT 1');
  if (answer.outcome !== 'done') throw new Error(`the database did not answer: ${answer.reason}`);
  return answer.position;
}

/** One strategy under one mix: the first column runs it, the others tell of the same minute. */
function row(strategy: StrategyName, mix: Mix): Row {
  let last: Found | undefined;
  const column = (name: string, unit: Unit, of: (found: Found) => number): Side => ({
    name,
    unit,
    measure(scale) {
      last ??= minute(strategy, mix, scale);
      return of(last);
    },
  });
  const answered = column('answered by a cache', '%', (found) => found.answered);
  return {
    what: `${strategy}, ${mix.users} users, ${mix.writes * 100}% writes`,
    ours: {
      ...answered,
      measure(scale) {
        last = undefined;
        return answered.measure(scale);
      },
    },
    columns: [
      column('queries saved', '%', (found) => found.saved),
      column('database writes', '/write', (found) => found.written),
      column('mean read', 'ms', (found) => found.readMs.mean / 1_000),
      column('99th percentile', 'ms', (found) => found.readMs.percentile(0.99) / 1_000),
    ],
  };
}

export const strategies: Benchmark = {
  name: 'strategies',
  summary: 'what each cache strategy saves the database, and how long reads take',
  rounds: 1,
  open: () => ({ rows: mixes.flatMap((mix) => strategyNames.map((name) => row(name, mix))) }),
};
