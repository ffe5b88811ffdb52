/** Claim: what is spread by fair chance is found to be even, over however many places and in whatever proportions. */
import fc from 'fast-check';
import { checkEvenness } from '../../src/checking/evenness';
import { type Random, seeded } from '../../src/kernel/random';
import { type Claim, type Finding, Violation } from '../../src/testing/judge';

/** Throws into places by their weights. */
export class Dice {
  constructor(
    private readonly random: Random,
    private readonly weights: readonly number[],
  ) {}

  throw(): number {
    const whole = this.weights.reduce((sum, weight) => sum + weight, 0);
    let left = this.random.next() * whole;
    return this.weights.findIndex((weight) => {
      left -= weight;
      return left < 0;
    });
  }
}

interface Case {
  readonly seed: number;
  readonly weights: readonly number[];
  readonly throws: number;
}

export const spread: Claim<Case> = {
  name: 'what is spread by fair chance is even',
  seed: 1,
  runs: 100,
  draw: fc.record({
    seed: fc.nat({ max: 1_000_000 }),
    weights: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 16 }),
    throws: fc.integer({ min: 500, max: 3_000 }),
  }),
  attempt,
  show: (drawn) => ({ lines: [JSON.stringify(drawn)] }),
};

function attempt({ seed, weights, throws }: Case): Finding {
  const dice = new Dice(seeded(seed), weights);
  const named = new Map(weights.map((weight, place) => [String(place), weight]));
  const counts = new Map<string, number>();
  for (let i = 0; i < throws; i++) {
    const place = String(dice.throw());
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  // One in a hundred thousand: none of the hundred cases should be called uneven by bad luck.
  const { verdict, text } = checkEvenness(counts, { weights: named, significance: 1e-5 });
  if (verdict === 'violation') throw new Violation('uneven', text);
  return verdict === 'unknown' ? text : undefined;
}
