/**
 * Claim: how long customers wait follows from how they are spread, as the formulas say: round robin over n servers is
 * E_n/M/1 at each of them; least connections lies between that and one line for all of them (M/M/n), nearer to the line;
 * two choices among many servers is the series of Mitzenmacher. It is the balancer of the product that spreads them.
 */
import fc from 'fast-check';
import { type Claim, type Effort, type Finding, Violation } from '../../src/testing/judge';
import { near } from '../queueing/claim';
import { meanMMc, meanRoundRobin, meanTwoChoices } from '../queueing/theory';
import { meanTime, type Pool } from './pool';

interface Case extends Pool {
  readonly algorithm: 'round-robin' | 'least-connections' | 'two-choices';
  readonly seed: number;
}

/** Heavier loads take very many customers until one may be sure of two digits. */
const loads = fc.integer({ min: 50, max: 80 }).map((percent) => percent / 100);
const seed = fc.nat({ max: 1_000_000 });
const few = fc.integer({ min: 2, max: 6 });
const many = fc.integer({ min: 100, max: 150 });
const tolerance = 0.05;

export function waiting(effort: Effort, customers = 40_000): Claim<Case> {
  return {
    ...effort,
    name: 'customers wait as long as the way of spreading them says',
    draw: fc.oneof(
      fc.record<Case>({ algorithm: fc.constant('round-robin'), servers: few, load: loads, seed }),
      fc.record<Case>({ algorithm: fc.constant('least-connections'), servers: few, load: loads, seed }),
      fc.record<Case>({ algorithm: fc.constant('two-choices'), servers: many, load: loads, seed }),
    ),
    attempt: (drawn) => attempt(drawn, customers),
    show: ({ algorithm, servers, load, seed: number }) => ({
      lines: [`seed ${number}`, `${algorithm} over ${servers} servers at load ${load}`],
    }),
  };
}

function attempt({ seed: number, ...pool }: Case, customers: number): Finding {
  const { algorithm, servers, load } = pool;
  const mean = meanTime(pool, customers, number);
  if (algorithm === 'round-robin') near(mean, meanRoundRobin(load, servers), tolerance, algorithm);
  else if (algorithm === 'two-choices') near(mean, meanTwoChoices(load), tolerance, algorithm);
  else between(mean, meanMMc(load, servers), meanRoundRobin(load, servers), algorithm);
  return undefined;
}

/** Nothing is better than one line, up to chance; and who looks at the lines is nearer to it than who does not. */
function between(mean: number, line: number, turns: number, what: string): void {
  if (mean >= line * (1 - tolerance) && mean <= (line + turns) / 2) return;
  const wanted = `${line.toFixed(4)} and, nearer to it, ${turns.toFixed(4)}`;
  throw new Violation(what, `${what}: ${mean.toFixed(4)}, expected between ${wanted}`);
}
