/** What claims about hashing draw: ways of placing, how many places there are, and keys. */
import fc from 'fast-check';
import { jumpLocator } from '../../src/algorithms/hashing/jump';
import type { Key, Locator } from '../../src/algorithms/hashing/locator';
import { moduloLocator } from '../../src/algorithms/hashing/modulo';
import { rendezvousLocator } from '../../src/algorithms/hashing/rendezvous';
import { hashRing } from '../../src/algorithms/hashing/ring';
import { type Random, seeded } from '../../src/kernel/random';

export type Method = 'modulo' | 'jump' | 'rendezvous' | 'ring';

/** Who is to be placed by what. */
export interface Plan {
  readonly method: Method;
  /** By place; only rendezvous and rings know weights. */
  readonly weights: readonly number[];
  /** Tells the names of one case from those of the next. */
  readonly seed: number;
}

/** Makes what a plan says; a canary makes it badly. */
export type Build = (plan: Plan) => Locator;

export const build: Build = ({ method, weights, seed }) => {
  const names = namesOf(weights.length, seed);
  if (method === 'ring') return hashRing(names, { weights });
  if (method === 'rendezvous') return rendezvousLocator(names, weights);
  return method === 'jump' ? jumpLocator(weights.length) : moduloLocator(weights.length);
};

export function namesOf(places: number, seed: number): readonly string[] {
  return Array.from({ length: places }, (_, place) => `shard-${seed}-${place + 1}`);
}

export function noWeights(places: number): readonly number[] {
  return Array.from({ length: places }, () => 1);
}

export const kinds = ['ids', '64 bits', 'texts'] as const;
/** Keys as tables have them: counted up, drawn from all integers, or written. */
export type Kind = (typeof kinds)[number];
export const aKind: fc.Arbitrary<Kind> = fc.constantFrom(...kinds);
export const aSeed = fc.nat({ max: 1_000_000 });

/** So many keys, no two of them the same. */
export function* keysOf(kind: Kind, count: number, seed: number): Generator<Key> {
  const random = seeded(seed);
  const first = random.int(1_000_000_000);
  for (let i = 0; i < count; i++) {
    if (kind === '64 bits') yield sixtyFour(random);
    else yield kind === 'ids' ? first + i : `user:${first + i}`;
  }
}

/** Signed, as SQL has them. */
function sixtyFour(random: Random): bigint {
  return BigInt.asIntN(64, (BigInt(random.int(2 ** 32)) << 32n) | BigInt(random.int(2 ** 32)));
}

/** One of so many things, the first ones far more often: the chance of the n-th is some 1/n of the first one's. */
export function popular(random: Random, things: number): number {
  return Math.floor((things + 1) ** random.next()) - 1;
}
