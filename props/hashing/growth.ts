/**
 * Claim: when a place comes to n others, 1/(n + 1) of the keys move by jump and by rendezvous, its arcs by a ring, and all
 * but a few by modulo (1 − min/lcm); where hashing is consistent, each key that moves goes to the new place.
 */
import fc from 'fast-check';
import { binomialInterval } from '../../src/algorithms/binomial';
import { hashRing } from '../../src/algorithms/hashing/ring';
import { type Claim, type Effort, type Finding, Violation } from '../../src/testing/judge';
import { aKind, aSeed, type Build, build, type Kind, keysOf, type Method, namesOf, noWeights } from './drawn';

interface Case {
  readonly method: Method;
  readonly places: number;
  readonly kind: Kind;
  readonly seed: number;
}

const keys = 30_000;

/** `doubt` is how rarely fair chance may be called wrong in one case. */
export const growth = (effort: Effort, doubt = 0.001, make: Build = build): Claim<Case> => ({
  ...effort,
  name: 'a place that comes gets its share, and nothing else moves',
  draw: fc.record({
    method: fc.constantFrom<Method[]>('modulo', 'jump', 'rendezvous', 'ring'),
    places: fc.integer({ min: 1, max: 12 }),
    kind: aKind,
    seed: aSeed,
  }),
  attempt: (drawn) => attempt(drawn, doubt, make),
  show: ({ method, places, kind, seed }) => ({
    lines: [`seed ${seed}`, `${kind} by ${method}, ${places} places and one more`],
  }),
});

function attempt({ method, places, kind, seed }: Case, doubt: number, make: Build): Finding {
  const before = make({ method, weights: noWeights(places), seed });
  const after = make({ method, weights: noWeights(places + 1), seed });
  let moved = 0;
  for (const key of keysOf(kind, keys, seed)) {
    const [from, to] = [before.locate(key), after.locate(key)];
    if (from === to) continue;
    moved++;
    if (method !== 'modulo' && to !== places) {
      throw new Violation('exchange', `${String(key)} went from place ${from} to ${to}, and both were there before`);
    }
  }
  const share = movingShare(method, places, seed);
  const [least, most] = binomialInterval(keys, share, doubt);
  if (moved >= least && moved <= most) return undefined;
  throw new Violation('moved', `${moved} of ${keys} keys moved; ${least} to ${most} were expected`);
}

/** What theory says of n to n + 1, for a ring of what its points have come to. */
export function movingShare(method: Method, places: number, seed: number): number {
  if (method === 'ring') return hashRing(namesOf(places + 1, seed)).shares[places] ?? 0;
  // Neighbours have no common divisor: their least common multiple is their product.
  return method === 'modulo' ? 1 - places / (places * (places + 1)) : 1 / (places + 1);
}
