/** Hashing that favours somebody, forgets, loses bits, or moves what should stay. */
import { hash64 } from '../../src/algorithms/hashing/hash64';
import { jumpLocator } from '../../src/algorithms/hashing/jump';
import type { Locator } from '../../src/algorithms/hashing/locator';
import { hashRing } from '../../src/algorithms/hashing/ring';
import { type HotKeys, merged } from '../../src/algorithms/hot-keys';
import { SpaceSaving } from '../../src/algorithms/space-saving';
import { boundedLoads } from '../hashing/bounded';
import { type Build, build, type Method, namesOf, noWeights } from '../hashing/drawn';
import { evenKeys } from '../hashing/evenness';
import { growth } from '../hashing/growth';
import { hotKeys } from '../hashing/hot-keys';
import { ringGrowth, ringSpread } from '../hashing/ring-spread';
import { type Canary, canary } from './canary';
import { asItIs } from './sabotage';

const doubt = 0.001;
const bias = 0.02;

/** One way of placing is broken, the others are as they should be. */
function broken(method: Method, make: Build): Build {
  return (plan) => (plan.method === method ? make(plan) : build(plan));
}

/** The first place gets two percent more than its share, a little from each of the others. */
const biased: Build = (plan) => {
  const { places, locate } = build(plan);
  const stolen = bias / (places - 1);
  return { places, locate: (key) => (hash64(key, 99).fraction < stolen ? 0 : locate(key)) };
};

const forgetsWeights: Build = (plan) => build({ ...plan, weights: noWeights(plan.weights.length) });

/** As a number, a key loses the bits beyond the 53rd. */
const losesBits: Build = (plan) => {
  const { places, locate } = build(plan);
  const cut = (key: bigint): number => ((Number(key) % places) + places) % places;
  return { places, locate: (key) => (typeof key === 'bigint' ? cut(key) : locate(key)) };
};

/** The points of the first place depend on how many places there are: what it loses by that, old places get. */
const dealsAgain: Build = ({ weights: { length }, seed }) =>
  hashRing(namesOf(length, seed).map((name, place) => (place === 0 ? `${name} of ${length}` : name)));

/** A hash that the number of places goes into: even, and nothing stays where it was. */
const startsAnew: Build = ({ weights: { length: places } }): Locator => {
  const { locate } = jumpLocator(places);
  return { places, locate: (key) => locate(hash64(key, places).toBigInt()) };
};

/** Forgets whom it has pushed out: who comes again begins from nothing. */
class Forgetful {
  private readonly counts = new Map<string, number>();
  private total = 0;

  constructor(private readonly capacity: number) {}

  add(key: string): void {
    this.total++;
    if (!this.counts.has(key) && this.counts.size >= this.capacity) this.counts.delete(this.ranked()[0]?.[0] ?? '');
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  summary(): HotKeys<string> {
    const keys = this.ranked().map(([key, count]) => ({ key, count, error: 0 }));
    return { capacity: this.capacity, total: this.total, keys: keys.reverse() };
  }

  private ranked(): readonly (readonly [string, number])[] {
    return [...this.counts].sort(([, a], [, b]) => a - b);
  }
}

/** Takes whom a counter does not know for somebody who never came to it. */
function sumsWhatIsKnown(summaries: readonly HotKeys<string>[]): HotKeys<string> {
  const sum = new SpaceSaving<string>(10_000);
  for (const { keys } of summaries) for (const { key, count } of keys) sum.add(key, count);
  const { capacity, total } = merged(summaries);
  return { capacity, total, keys: sum.top(capacity) };
}

const effort = { seed: 1, runs: 12 };
const many = { seed: 1, runs: 60 };
const even = (method: Method, make: Build) => evenKeys(effort, doubt, broken(method, make));
const grows = (method: Method, make: Build) => growth(many, doubt, broken(method, make));
const onePoint = (names: readonly string[]) => hashRing(names, { points: 1 });
const counter = (capacity: number): SpaceSaving<string> => new SpaceSaving(capacity);

export const hashingCanaries: readonly Canary[] = [
  canary('a modulo that gives one place two percent more', even('modulo', biased), asItIs, 'uneven'),
  canary('a jump that gives one place two percent more', even('jump', biased), asItIs, 'uneven'),
  canary('a rendezvous that gives one place two percent more', even('rendezvous', biased), asItIs, 'uneven'),
  canary('a rendezvous that forgets weights', even('rendezvous', forgetsWeights), asItIs, 'uneven'),
  canary('a modulo that is wrong beyond 2^53', even('modulo', losesBits), asItIs, 'uneven'),
  canary('a ring with one point per node', ringSpread(effort, doubt, onePoint), asItIs, 'spread'),
  canary('a ring with one point per node, which grows', ringGrowth(effort, doubt, onePoint), asItIs, 'taken'),
  canary('a ring whose old nodes exchange keys', grows('ring', dealsAgain), asItIs, 'exchange'),
  canary('a jump that starts anew for each size', grows('jump', startsAnew), asItIs, 'exchange'),
  canary(
    'a ring that is not asked for its bound',
    boundedLoads(many, (ring) => ({ add: ring.locate.bind(ring) })),
    asItIs,
    'bound',
  ),
  canary(
    'a sketch that forgets',
    hotKeys(many, { counter: (capacity) => new Forgetful(capacity), merge: merged }),
    asItIs,
    'missed',
    'count',
  ),
  canary(
    'a merge of sketches that forgets',
    hotKeys(many, { counter, merge: sumsWhatIsKnown }),
    asItIs,
    'missed',
    'count',
  ),
];
