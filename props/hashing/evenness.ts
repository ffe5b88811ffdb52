/**
 * Claim: uniform keys are spread by jump, rendezvous and modulo as evenly as chance would spread them, in proportion to
 * weights where there are any. And it would be noticed if requests were not: those for few popular keys are seen as skewed.
 */
import fc from 'fast-check';
import { checkEvenness, type Evenness } from '../../src/checking/evenness';
import { seeded } from '../../src/kernel/random';
import { type Claim, type Effort, type Finding, Violation } from '../../src/testing/judge';
import { aSeed, type Build, build, keysOf, kinds, noWeights, type Plan, popular } from './drawn';

const methods = ['modulo', 'jump', 'rendezvous'] as const;

interface Case {
  /** By place; for rendezvous only, the others know none. */
  readonly weights: readonly number[];
  readonly seed: number;
}

/** Enough to see two percent more than its share at one place: that adds some 40 to chi-square, whatever the places. */
const keysPerPlace = 99_999;
const popularKeys = 1_000;
const requests = 20_000;

/** `significance` is how rarely fair chance may be called uneven in one case. */
export const evenKeys = (effort: Effort, significance = 0.001, make: Build = build): Claim<Case> => ({
  ...effort,
  name: 'uniform keys are spread evenly, and skewed ones are seen to be skewed',
  draw: fc.record({
    weights: fc.oneof(
      fc.integer({ min: 2, max: 8 }).map(noWeights),
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 6 }),
    ),
    seed: aSeed,
  }),
  attempt: (drawn) => attempt(drawn, significance, make),
  show: ({ weights, seed }) => ({
    lines: [`seed ${seed}`, `${weights.length} places, of weights ${weights.join(', ')} for rendezvous`],
  }),
});

function attempt({ weights, seed }: Case, significance: number, make: Build): Finding {
  const seen = methods.map((method) => {
    const plan = { method, weights: method === 'rendezvous' ? weights : noWeights(weights.length), seed };
    demandEven(plan, significance, make);
    return isSeenSkewed(plan, significance, make);
  });
  return seen.some(Boolean) ? undefined : 'the popular keys happened to be spread evenly';
}

/** Pooled over keys of every kind, each with a seed and names of its own. */
function demandEven(plan: Plan, significance: number, make: Build): void {
  const counts = plan.weights.map(() => 0);
  for (const [turn, kind] of kinds.entries()) {
    const seed = plan.seed + turn;
    const { locate } = make({ ...plan, seed });
    const count = (keysPerPlace * counts.length) / kinds.length;
    for (const key of keysOf(kind, count, seed)) tally(counts, locate(key));
  }
  const { verdict, text } = judged(counts, plan.weights, significance);
  if (verdict !== 'holds') throw new Violation('uneven', `${plan.method}: ${text}`);
}

/** Of one seed only: over several, each place would be lucky once. */
function isSeenSkewed(plan: Plan, significance: number, make: Build): boolean {
  const hits = plan.weights.map(() => 0);
  const { locate } = make(plan);
  const few = [...keysOf('ids', popularKeys, plan.seed)];
  const random = seeded(plan.seed).fork('requests');
  for (let i = 0; i < requests; i++) tally(hits, locate(few[popular(random, popularKeys)] ?? 0));
  return judged(hits, plan.weights, significance).verdict === 'violation';
}

export function tally(counts: number[], place: number): void {
  counts[place] = (counts[place] ?? 0) + 1;
}

function judged(counts: readonly number[], weights: readonly number[], significance: number): Evenness {
  const byName = (values: readonly number[]): Map<string, number> =>
    new Map(values.map((value, place) => [`place ${place}`, value]));
  return checkEvenness(byName(counts), { weights: byName(weights), significance });
}
