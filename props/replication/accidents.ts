/**
 * Accidents that befall those who agree on the data: databases, observers, and the links between them. Drawn over a whole
 * site they would rarely meet at the primary in the moment that matters.
 */
import fc from 'fast-check';
import type { Command } from '../../src/kernel/operations';
import type { FaultSpec } from '../../src/kernel/rule';
import type { Topology } from '../../src/kernel/topology';
import { type Accident, type AccidentKind, accidents, type Harm, siteTargets } from '../../src/testing/schedule';
import { nodesOf } from './modes';

/** Accidents begin before that and are over so much later. */
export const lengthMs = 4_000;
export const longestMs = 2_500;

const kinds: readonly AccidentKind[] = [
  'kill',
  'pause',
  'kill-box',
  'kill-host',
  'partition',
  'one-way',
  'isolate',
  'slow',
  'drop',
  'hold',
  'slow-disk',
  'torn-disk',
  'failing-disk',
  'skew',
  'halves',
];

/** How far the clocks of databases and observers may be off: as far as leases assume, or beyond that. */
export type Drift = 'within' | 'beyond';

/** What leases assume of clocks; a setting of the observers and of the databases. */
export const clockDriftMax = 0.1;

export const rates: Readonly<Record<Drift, readonly number[]>> = {
  within: [-0.09, -0.05, 0.05, 0.09],
  beyond: [-0.5, -0.4, 0.5, 1],
};

/** A schedule for one site. */
export function replicationAccidents(topology: Topology, drift: Drift): fc.Arbitrary<readonly Accident[]> {
  const databases = nodesOf(topology, 'db');
  const observers = nodesOf(topology, 'observer');
  const struck = [...databases, ...observers];
  const boxes = topology.nodes.filter(({ id }) => struck.includes(id)).map(({ box }) => box);
  const targets = siteTargets(topology, {
    nodes: [...databases, ...struck],
    boxes,
    hosts: [1, 2, 3],
    disks: [...databases, ...struck],
    linked: [...struck, 'web-1'],
  });
  const limits = { firstMs: 300, lengthMs, longestMs, accidentsMax: 5, kinds };
  return fc
    .tuple(
      accidents(topology, limits, targets),
      fc.array(deposed(databases, observers), { maxLength: 2, minLength: 1 }),
      fc.array(drifting(struck, drift), drift === 'beyond' ? { minLength: 2, maxLength: 5 } : { maxLength: 2 }),
    )
    .map(([general, tails, drifts]) => [...drifts.flat(), ...tails.flat(), ...general]);
}

/**
 * A database that can no longer ship what it writes, and some time later dies, hangs, or is found by nobody any more; or
 * stays dead until all is mended. That it is the primary is likely at first: the first of equals is.
 */
function deposed(databases: readonly string[], observers: readonly string[]): fc.Arbitrary<Accident[]> {
  return fc
    .record({
      victim: fc.constantFrom(...databases.slice(0, 1), ...databases),
      atMs: fc.integer({ min: 400, max: lengthMs - 1_000 }),
      cutMs: fc.integer({ min: 20, max: 1_000 }),
      goneMs: fc.integer({ min: 1_100, max: longestMs }),
      how: fc.constantFrom<Deposing[]>('kill', 'kill', 'bury', 'bury', 'hide', 'pause', 'nothing'),
    })
    .map(({ victim, atMs, cutMs, goneMs, how }) => {
      const others = databases.filter((id) => id !== victim);
      const cut: Accident = {
        kind: 'partition',
        atMs,
        forMs: cutMs + 50,
        harm: { faults: [partition(victim, others)] },
      };
      if (how === 'nothing') return [cut];
      const harm = deposing(how, victim, [...others, ...observers]);
      return [cut, { kind: how === 'pause' ? 'pause' : 'kill', atMs: atMs + cutMs, forMs: goneMs, harm }];
    });
}

type Deposing = 'kill' | 'bury' | 'hide' | 'pause' | 'nothing';

function deposing(how: Exclude<Deposing, 'nothing'>, node: string, others: readonly string[]): Harm {
  if (how === 'hide') return { faults: [partition(node, others)] };
  if (how === 'pause') return { begin: [{ verb: 'pause', node }], end: [{ verb: 'resume', node }] };
  const begin: Command[] = [{ verb: 'kill', node, stay: true }];
  return how === 'bury' ? { begin } : { begin, end: [{ verb: 'restart', node }] };
}

/** Two sides that do not reach each other. */
export function partition(one: string, others: readonly string[]): FaultSpec {
  const spec = { kind: 'partition', a: one, b: others.length === 1 ? others[0] : `{${others.join(',')}}` };
  return spec;
}

function drifting(nodes: readonly string[], drift: Drift): fc.Arbitrary<Accident[]> {
  return fc
    .record({ node: fc.constantFrom(...nodes), rate: fc.constantFrom(...rates[drift]) })
    .map(({ node, rate }) => {
      const fault = { kind: 'drift', node, rate };
      return [{ kind: 'drift', atMs: 100, forMs: lengthMs + longestMs, harm: { faults: [fault] } }];
    });
}
