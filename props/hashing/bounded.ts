/** Claim: with bounded loads no place ever has more than ⌈(1 + ε) · its share of all⌉, whatever comes. */
import fc from 'fast-check';
import { BoundedLoads } from '../../src/algorithms/hashing/bounded-loads';
import { hashRing, type Ring } from '../../src/algorithms/hashing/ring';
import { seeded } from '../../src/kernel/random';
import { type Claim, type Effort, type Finding, Violation } from '../../src/testing/judge';
import { aSeed, namesOf, popular } from './drawn';
import { tally } from './evenness';

interface Case {
  readonly weights: readonly number[];
  readonly points: number;
  /** ε in percent. */
  readonly slack: number;
  readonly seed: number;
}

export type MakeLoads = (ring: Ring, bound: number) => Pick<BoundedLoads, 'add'>;

const makeLoads: MakeLoads = (ring, bound) => new BoundedLoads(ring, { bound });
const comers = 3_000;

export const boundedLoads = (effort: Effort, make: MakeLoads = makeLoads): Claim<Case> => ({
  ...effort,
  name: 'bounded loads keep their bound',
  draw: fc.record({
    weights: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 8 }),
    points: fc.integer({ min: 1, max: 100 }),
    slack: fc.integer({ min: 1, max: 50 }),
    seed: aSeed,
  }),
  attempt: (drawn) => attempt(drawn, make),
  show: ({ weights, points, slack, seed }) => ({
    lines: [`seed ${seed}`, `${points} points, weights ${weights.join(', ')}, at most ${slack} % above the share`],
  }),
});

function attempt({ weights, points, slack, seed }: Case, make: MakeLoads): Finding {
  const ring = hashRing(namesOf(weights.length, seed), { weights, points });
  const loads = make(ring, 1 + slack / 100);
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const counts = weights.map(() => 0);
  const random = seeded(seed);
  let displaced = 0;
  for (let m = 1; m <= comers; m++) {
    const key = `user:${popular(random, 1_000)}`;
    const place = loads.add(key);
    if (place !== ring.locate(key)) displaced++;
    tally(counts, place);
    // In whole numbers: products of fractions may be a hair above what they are.
    const most = Math.ceil(((100 + slack) * m * (weights[place] ?? 0)) / (100 * whole));
    if ((counts[place] ?? 0) > most)
      throw new Violation('bound', `place ${place} has ${counts[place]} of ${m}, not ${most}`);
  }
  return displaced === 0 ? 'nobody found a place full' : undefined;
}
