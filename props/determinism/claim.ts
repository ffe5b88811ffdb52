/**
 * Claim: topology, seed and commands are the whole history of a simulated world. The same three give the same events,
 * byte for byte; another seed gives others; and the command log alone brings the world back.
 */
import fc from 'fast-check';
import type { Catalogue } from '../../src/kernel/runtime';
import type { Topology } from '../../src/kernel/topology';
import { DrivenWorld, within } from '../../src/testing/driven-world';
import { type Claim, type Finding, Violation } from '../../src/testing/judge';
import { type Accident, accidents, type Planned, plan, type ScheduleLimits } from '../../src/testing/schedule';
import { standing } from '../standing';
import { demandSameHistory } from './same-history';

/** A world and what is done to it. */
export interface Case {
  readonly seed: number;
  readonly schedule: readonly Accident[];
}

export interface DeterminismOptions {
  readonly name: string;
  readonly topology: Topology;
  readonly catalogue: Catalogue;
  readonly seed: number;
  readonly runs: number;
  readonly endMs: number;
  readonly limits?: Partial<ScheduleLimits>;
  /** What else is done in every case, such as a load. */
  readonly always?: readonly Planned[];
  readonly world?: (...given: ConstructorParameters<typeof DrivenWorld>) => DrivenWorld;
}

/** The claim about one topology. */
export function determinism(options: DeterminismOptions): Claim<Case> {
  const { name, topology, catalogue, seed, runs, endMs, limits, always = [] } = options;
  const { world: make = (...given) => new DrivenWorld(...given) } = options;
  const world = (number: number): DrivenWorld => make(name, topology, { catalogue, seed: number, keepMax: 200_000 });
  const planOf = (drawn: Case): readonly Planned[] => [...always, ...plan(drawn.schedule)];
  const attempt = (drawn: Case): Finding =>
    within(world(drawn.seed), (one) =>
      within(world(drawn.seed), (other) =>
        within(world(drawn.seed + 1), (stranger) => compare(drawn, one, other, stranger)),
      ),
    );
  const compare = (drawn: Case, one: DrivenWorld, other: DrivenWorld, stranger: DrivenWorld): Finding => {
    const { done } = one.carryOut(planOf(drawn), endMs);
    other.carryOut(planOf(drawn), endMs);
    demandSameHistory('two runs differ', one, other);
    within(one.replay(), (again) => demandSameHistory('a replay differs', one, again));
    stranger.carryOut(planOf(drawn), endMs);
    if (one.hash() === stranger.hash()) throw new Violation('seed is ignored', 'another seed gives the same history');
    return done === always.length ? 'no accident' : undefined;
  };
  return {
    name,
    seed,
    runs,
    draw: fc.record({ seed: fc.nat({ max: 1_000_000 }), schedule: accidents(topology, limits) }),
    attempt,
    show: (drawn) => {
      const shown = world(drawn.seed);
      return standing(shown, () => void shown.carryOut(planOf(drawn), endMs));
    },
  };
}
