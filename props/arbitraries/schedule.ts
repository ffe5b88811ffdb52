/**
 * Accidents that befall a site, drawn and then turned into commands at moments of virtual time. Swarm style: each case
 * first draws which kinds of accident there are at all, since a site that suffers everything at once rarely gets as far
 * as the rare mistakes.
 */
import fc from 'fast-check';
import type { Command } from '../../src/kernel/operations';
import type { FaultSpec } from '../../src/kernel/rule';
import type { Topology } from '../../src/kernel/topology';

/** Something that goes wrong at a moment and is put right a while later. */
export interface Accident {
  readonly kind: AccidentKind;
  readonly atMs: number;
  readonly forMs: number;
  readonly harm: Harm;
}

/** What is done to the machinery and undone, or the fault that comes into force and is taken back. */
export type Harm =
  | { readonly begin: readonly Command[]; readonly end: readonly Command[] }
  | { readonly fault: FaultSpec };

/** A command at a moment of virtual time. */
export interface Planned {
  readonly atMs: number;
  readonly command: Command;
}

/** Who can be struck. The outside world, name servers included, and the provider are spared unless they are named. */
export interface Targets {
  readonly nodes: readonly string[];
  readonly boxes: readonly string[];
  readonly hosts: readonly number[];
  /** Everybody with a link that may be cut or slowed. */
  readonly linked: readonly string[];
}

export interface ScheduleLimits {
  /** Accidents begin within this time. */
  readonly lengthMs: number;
  readonly longestMs: number;
  readonly accidentsMax: number;
  readonly kinds: readonly AccidentKind[];
}

export const scheduleLimits: ScheduleLimits = {
  lengthMs: 5_000,
  longestMs: 3_000,
  accidentsMax: 8,
  kinds: [
    'kill',
    'pause',
    'kill-box',
    'kill-host',
    'partition',
    'one-way',
    'isolate',
    'slow',
    'drop',
    'datagrams',
    'hold',
    'slow-disk',
    'torn-disk',
    'failing-disk',
    'skew',
    'drift',
  ],
};

export type AccidentKind =
  | 'kill'
  | 'pause'
  | 'kill-box'
  | 'kill-host'
  | 'partition'
  | 'one-way'
  | 'isolate'
  | 'slow'
  | 'drop'
  | 'datagrams'
  | 'hold'
  | 'slow-disk'
  | 'torn-disk'
  | 'failing-disk'
  | 'skew'
  | 'drift';

/** Everything in a site that may be struck. */
export function siteTargets(topology: Topology, hosts = 2): Targets {
  const boxes = topology.boxes.filter(({ zone }) => zone === 'site').map(({ id }) => id);
  const nodes = topology.nodes.filter(({ box }) => boxes.includes(box)).map(({ id }) => id);
  const linked = topology.nodes.map(({ id }) => id);
  return { nodes, boxes, hosts: Array.from({ length: hosts }, (_, host) => host + 1), linked };
}

/** Draws a schedule of accidents. */
export function accidents(
  topology: Topology,
  limits: Partial<ScheduleLimits> = {},
  targets: Targets = siteTargets(topology),
): fc.Arbitrary<readonly Accident[]> {
  const { lengthMs, longestMs, accidentsMax, kinds } = { ...scheduleLimits, ...limits };
  const harms = harmsIn(topology, targets);
  const accident = (kind: AccidentKind): fc.Arbitrary<Accident> =>
    fc.record({
      kind: fc.constant(kind),
      atMs: fc.nat({ max: lengthMs }),
      // A disk that tears shows only when somebody dies on it, so it stays like that for longer.
      forMs: fc.integer({ min: 1, max: kind === 'torn-disk' ? lengthMs + longestMs : longestMs }),
      harm: harms[kind],
    });
  // Which kinds are on is not shrunk: whatever remains of the accidents says it.
  return fc
    .noShrink(fc.subarray([...kinds], { minLength: 1 }))
    .chain((on) => fc.array(fc.oneof(...on.map(accident)), { minLength: 0, maxLength: accidentsMax, size: 'max' }));
}

/**
 * The commands of a schedule in the order of their moments, everything begun also ended. Faults are numbered as the world
 * will number them.
 */
export function plan(schedule: readonly Accident[]): readonly Planned[] {
  const steps = schedule.flatMap((accident, which) => [
    { atMs: accident.atMs, which, begins: true, harm: accident.harm },
    { atMs: accident.atMs + accident.forMs, which, begins: false, harm: accident.harm },
  ]);
  steps.sort((a, b) => a.atMs - b.atMs || a.which - b.which);
  const numbers = new Map<number, number>();
  return steps.flatMap(({ atMs, which, begins, harm }): Planned[] => {
    if (!('fault' in harm)) return (begins ? harm.begin : harm.end).map((command) => ({ atMs, command }));
    if (begins) {
      numbers.set(which, numbers.size + 1);
      return [{ atMs, command: { verb: 'add-fault', fault: harm.fault } }];
    }
    return [{ atMs, command: { verb: 'remove-fault', fault: numbers.get(which) ?? 0 } }];
  });
}

type Harms = Readonly<Record<AccidentKind, fc.Arbitrary<Harm>>>;

function harmsIn(topology: Topology, targets: Targets): Harms {
  const node = fc.constantFrom(...targets.nodes);
  const pair = fc.shuffledSubarray([...targets.linked], { minLength: 2, maxLength: 2 });
  const struck = (fault: fc.Arbitrary<FaultSpec>): fc.Arbitrary<Harm> => fault.map((spec) => ({ fault: spec }));
  const between = (make: (a: string, b: string) => FaultSpec): fc.Arbitrary<Harm> =>
    struck(pair.map(([a = '', b = '']) => make(a, b)));
  const few = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
  const part = fc.constantFrom(0.1, 0.3, 0.6, 1);
  return {
    kill: node.map((id) => ({
      begin: [{ verb: 'kill', node: id, stay: true }],
      end: [{ verb: 'restart', node: id }],
    })),
    pause: node.map((id) => ({ begin: [{ verb: 'pause', node: id }], end: [{ verb: 'resume', node: id }] })),
    'kill-box': fc.constantFrom(...targets.boxes).map((box) => ({
      begin: [{ verb: 'kill-box', box, stay: true }],
      end: [{ verb: 'restart-box', box }, ...restarts(topology, (id) => id === box)],
    })),
    'kill-host': fc.constantFrom(...targets.hosts).map((host) => ({
      begin: [{ verb: 'kill-host', host, stay: true }],
      end: [{ verb: 'restart-host', host }, ...restarts(topology, (id) => targets.boxes.includes(id))],
    })),
    partition: between((a, b) => withFields({ kind: 'partition' }, { a, b })),
    'one-way': between((a, b) => withFields({ kind: 'partition' }, { a, b, oneWay: true })),
    isolate: struck(
      fc.subarray([...targets.linked], { minLength: 1, maxLength: 2 }).map((ids) => {
        return withFields({ kind: 'isolate' }, { node: oneOf(ids) });
      }),
    ),
    slow: struck(fc.tuple(node, few(500)).map(([id, ms]) => withFields({ kind: 'slow' }, { node: id, ms }))),
    drop: struck(fc.tuple(pair, part).map(([[from, to], share]) => withFields({ kind: 'drop' }, { from, to, share }))),
    datagrams: struck(
      fc.tuple(fc.constantFrom('duplicate', 'reorder'), part, few(200)).map(([kind, share, spreadMs]) => {
        const copies = kind === 'duplicate' ? { copies: 1 } : {};
        return withFields({ kind }, { from: '*', to: '*', share, spreadMs, ...copies });
      }),
    ),
    hold: between((a, b) => withFields({ kind: 'hold' }, { a, b })),
    'slow-disk': struck(
      fc.tuple(node, few(300)).map(([id, ms]) => withFields({ kind: 'slow-disk' }, { node: id, ms })),
    ),
    'torn-disk': struck(node.map((id) => withFields({ kind: 'torn-disk' }, { node: id }))),
    'failing-disk': struck(
      node.map((id) => withFields({ kind: 'failing-disk' }, { node: id, reason: 'input/output error' })),
    ),
    skew: struck(
      fc.tuple(node, fc.integer({ min: -60_000, max: 60_000 })).map(([id, ms]) => {
        return withFields({ kind: 'skew' }, { node: id, ms });
      }),
    ),
    drift: struck(
      fc.tuple(node, fc.constantFrom(-0.2, -0.01, 0.01, 0.2)).map(([id, rate]) => {
        return withFields({ kind: 'drift' }, { node: id, rate });
      }),
    ),
  };
}

/** The data of a fault, whose fields only its own module knows. */
function withFields<F extends object>(spec: FaultSpec, fields: F): FaultSpec & F {
  return { ...spec, ...fields };
}

function oneOf(ids: readonly string[]): string {
  return ids.length === 1 ? (ids[0] ?? '') : `{${ids.join(',')}}`;
}

/** A box that boots leaves what is not to restart by itself dead; who is alive refuses, and nothing happens. */
function restarts(topology: Topology, isStruck: (box: string) => boolean): Command[] {
  return topology.nodes.filter(({ box }) => isStruck(box)).map(({ id }) => ({ verb: 'restart', node: id }));
}
