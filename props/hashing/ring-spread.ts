/**
 * Claims about rings with k points for each of n nodes. The share of a node is one of Beta(k, k(n − 1)): its variance over
 * nodes and many rings is that of the distribution, plus the noise of counting keys. And a node that comes takes a share
 * of Beta(k, kn).
 */
import fc from 'fast-check';
import { betaBelow, betaMoments } from '../../src/algorithms/beta';
import { chiSquareTail } from '../../src/algorithms/chi-square';
import { hashRing, type Ring } from '../../src/algorithms/hashing/ring';
import { checkEvenness } from '../../src/checking/evenness';
import { type Claim, type Effort, type Finding, Violation } from '../../src/testing/judge';
import { aKind, aSeed, type Kind, keysOf, namesOf } from './drawn';
import { tally } from './evenness';

interface Case {
  readonly nodes: number;
  readonly points: number;
  readonly kind: Kind;
  readonly seed: number;
}

/** Makes a ring of so many points per node; a canary makes another. */
export type MakeRing = (names: readonly string[], points: number) => Ring;

const makeRing: MakeRing = (names, points) => hashRing(names, { points });

const ringsPerCase = 200;
const keysPerRing = 4_000;
const cells = 10;

const draw: fc.Arbitrary<Case> = fc.record({
  nodes: fc.integer({ min: 2, max: 8 }),
  points: fc.oneof(fc.constantFrom(1, 10, 100, 160), fc.integer({ min: 2, max: 200 })),
  kind: aKind,
  seed: aSeed,
});
const show = ({ nodes, points, kind, seed }: Case): { lines: string[] } => ({
  lines: [`seed ${seed}`, `${ringsPerCase} rings of ${nodes} nodes with ${points} points each, ${kind}`],
});

export const ringSpread = (effort: Effort, significance = 0.001, make: MakeRing = makeRing): Claim<Case> => ({
  ...effort,
  name: 'shares of a ring vary as its number of points says',
  draw,
  attempt: (drawn) => attemptSpread(drawn, significance, make),
  show,
});

/** The mean over rings of the variance over nodes, in standard errors as the rings themselves show them. */
function attemptSpread({ nodes, points, kind, seed }: Case, significance: number, make: MakeRing): Finding {
  const variances = Array.from({ length: ringsPerCase }, (_, turn) => {
    const ring = make(namesOf(nodes, seed + turn), points);
    const counts = ring.names.map(() => 0);
    for (const key of keysOf(kind, keysPerRing, seed + turn)) tally(counts, ring.locate(key));
    return mean(counts.map((count) => (count / keysPerRing - 1 / nodes) ** 2));
  });
  const { variance } = betaMoments(points, points * (nodes - 1));
  // Given a share p, the counted one has variance p(1 − p)/m.
  const noise = (1 / nodes - 1 / nodes ** 2 - variance) / keysPerRing;
  const found = mean(variances);
  const error = Math.sqrt(mean(variances.map((one) => (one - found) ** 2)) / (ringsPerCase - 1));
  const deviations = (found - variance - noise) / error;
  if (chiSquareTail(deviations ** 2, 1) >= significance) return undefined;
  const said = `variance ${found.toExponential(3)}, expected ${(variance + noise).toExponential(3)}`;
  throw new Violation('spread', `${said}: ${deviations.toFixed(1)} standard errors off`);
}

export const ringGrowth = (effort: Effort, significance = 0.001, make: MakeRing = makeRing): Claim<Case> => ({
  ...effort,
  name: 'a node that comes to a ring takes a share of Beta(k, kn)',
  draw,
  attempt: (drawn) => attemptGrowth(drawn, significance, make),
  show,
});

/** Shares put through their own distribution are uniform: as many in each tenth. */
function attemptGrowth({ nodes, points, seed }: Case, significance: number, make: MakeRing): Finding {
  const counts = new Map(Array.from({ length: cells }, (_, cell) => [`tenth ${cell + 1}`, 0]));
  for (let turn = 0; turn < ringsPerCase; turn++) {
    const share = make(namesOf(nodes + 1, seed + turn), points).shares[nodes] ?? 0;
    const cell = `tenth ${Math.min(cells, 1 + Math.floor(betaBelow(share, points, points * nodes) * cells))}`;
    counts.set(cell, (counts.get(cell) ?? 0) + 1);
  }
  const { verdict, text } = checkEvenness(counts, { significance });
  if (verdict !== 'holds') throw new Violation('taken', text);
  return undefined;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
