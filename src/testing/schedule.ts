/**
 * Accidents that befall a site, drawn and then turned into commands at moments of virtual time. Swarm style: each case
 * first draws which kinds of accident there are at all, since a site that suffers everything at once rarely gets as far
 * as the rare mistakes.
 */
import fc from 'fast-check';
import type { Command } from '../kernel/operations';
import type { FaultSpec } from '../kernel/rule';
import type { Topology } from '../kernel/topology';
import { commandLine } from '../world/command-line';
import type { Shown } from './claim';

/** Something that goes wrong at a moment and is put right a while later. */
export interface Accident {
  readonly kind: AccidentKind;
  readonly atMs: number;
  readonly forMs: number;
  readonly harm: Harm;
}

/** What is done to the machinery and undone, while faults are in force that are taken back in the end. */
export interface Harm {
  readonly begin?: readonly Command[];
  readonly faults?: readonly FaultSpec[];
  readonly end?: readonly Command[];
}

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
  /** Whose disks go wrong. */
  readonly disks: readonly string[];
  /** Everybody with a link that may be cut or slowed. */
  readonly linked: readonly string[];
}

export interface ScheduleLimits {
  /** Accidents begin between these moments. */
  readonly firstMs: number;
  readonly lengthMs: number;
  readonly longestMs: number;
  readonly accidentsMax: number;
  readonly kinds: readonly AccidentKind[];
}

export const scheduleLimits: ScheduleLimits = {
  // A load that was ordered at the start is under way by then.
  firstMs: 50,
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
    'halves',
    'ring',
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
  | 'drift'
  | 'halves'
  | 'ring';

/** Everything in a site that may be struck. */
export function siteTargets(topology: Topology, more: Partial<Targets> = {}): Targets {
  const boxes = topology.boxes.filter(({ zone }) => zone === 'site').map(({ id }) => id);
  const nodes = topology.nodes.filter(({ box }) => boxes.includes(box)).map(({ id }) => id);
  const linked = topology.nodes.map(({ id }) => id);
  return { nodes, boxes, hosts: [1, 2], disks: nodes, linked, ...more };
}

/** Draws a schedule of accidents. A kind that finds too few whom it could strike is left out. */
export function accidents(
  topology: Topology,
  limits: Partial<ScheduleLimits> = {},
  targets: Targets = siteTargets(topology),
): fc.Arbitrary<readonly Accident[]> {
  const { firstMs, lengthMs, longestMs, accidentsMax, ...wanted } = { ...scheduleLimits, ...limits };
  const kinds = wanted.kinds.filter((kind) => targets[strikes[kind].among].length >= strikes[kind].atLeast);
  if (kinds.length === 0)
    throw new Error(`there is nobody whom ${wanted.kinds.join(', ') || 'no accident'} could strike`);
  const harms = harmsIn(topology, targets);
  const accident = (kind: AccidentKind): fc.Arbitrary<Accident> =>
    fc.record({
      kind: fc.constant(kind),
      atMs: fc.integer({ min: firstMs, max: lengthMs }),
      forMs: fc.integer({ min: 1, max: longestMs }),
      harm: harms[kind](),
    });
  // Which kinds are on is not shrunk: whatever remains of the accidents says it.
  const some = fc
    .noShrink(fc.subarray([...kinds], { minLength: 1 }))
    .chain((on) => fc.array(fc.oneof(...on.map(accident)), { minLength: 1, maxLength: accidentsMax, size: 'max' }));
  // Now and then nothing happens, which is also what every schedule tries to shrink to.
  const none = fc.constant<Accident[]>([]);
  return fc.oneof({ withCrossShrink: true }, { arbitrary: none, weight: 1 }, { arbitrary: some, weight: 19 });
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
  const numbers = new Map<number, readonly number[]>();
  let last = 0;
  return steps.flatMap(({ atMs, which, begins, harm }): Planned[] => {
    const { begin = [], faults = [], end = [] } = harm;
    const planned = (commands: readonly Command[]): Planned[] => commands.map((command) => ({ atMs, command }));
    if (begins) {
      numbers.set(
        which,
        faults.map(() => ++last),
      );
      return planned([...begin, ...faults.map((fault): Command => ({ verb: 'add-fault', fault }))]);
    }
    const taken = numbers.get(which) ?? [];
    return planned([...end, ...taken.map((fault): Command => ({ verb: 'remove-fault', fault }))]);
  });
}

/** A schedule for people: each command as at the prompt, behind its moment. For claims about worlds that no prompt opens. */
export function showSchedule(schedule: readonly Accident[]): Shown {
  return { lines: plan(schedule).map(({ atMs, command }) => `${atMs} ms: ${commandLine(command)}`) };
}

/** Whom each kind strikes, and how many of them there must be. */
const strikes: Readonly<Record<AccidentKind, { readonly among: keyof Targets; readonly atLeast: number }>> = {
  kill: { among: 'nodes', atLeast: 1 },
  pause: { among: 'nodes', atLeast: 1 },
  'kill-box': { among: 'boxes', atLeast: 1 },
  'kill-host': { among: 'hosts', atLeast: 1 },
  partition: { among: 'linked', atLeast: 2 },
  'one-way': { among: 'linked', atLeast: 2 },
  isolate: { among: 'linked', atLeast: 2 },
  slow: { among: 'nodes', atLeast: 1 },
  drop: { among: 'linked', atLeast: 2 },
  datagrams: { among: 'linked', atLeast: 2 },
  hold: { among: 'linked', atLeast: 2 },
  'slow-disk': { among: 'disks', atLeast: 1 },
  'torn-disk': { among: 'disks', atLeast: 1 },
  'failing-disk': { among: 'disks', atLeast: 1 },
  skew: { among: 'nodes', atLeast: 1 },
  drift: { among: 'nodes', atLeast: 1 },
  halves: { among: 'linked', atLeast: 2 },
  ring: { among: 'linked', atLeast: 4 },
};

type Harms = Readonly<Record<AccidentKind, () => fc.Arbitrary<Harm>>>;

function harmsIn(topology: Topology, targets: Targets): Harms {
  const node = (): fc.Arbitrary<string> => fc.constantFrom(...targets.nodes);
  const disk = (): fc.Arbitrary<string> => fc.constantFrom(...targets.disks);
  const linked = (minLength: number, maxLength: number): fc.Arbitrary<string[]> =>
    fc.shuffledSubarray([...targets.linked], { minLength, maxLength: Math.min(maxLength, targets.linked.length) });
  const pair = (): fc.Arbitrary<string[]> => linked(2, 2);
  const struck = (fault: fc.Arbitrary<FaultSpec>): fc.Arbitrary<Harm> => fault.map((spec) => ({ faults: [spec] }));
  const between = (make: (a: string, b: string) => FaultSpec): fc.Arbitrary<Harm> =>
    struck(pair().map(([a = '', b = '']) => make(a, b)));
  const few = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
  const part = fc.constantFrom(0.1, 0.3, 0.6, 1);
  return {
    kill: () =>
      node().map((id) => ({
        begin: [{ verb: 'kill', node: id, stay: true }],
        end: [{ verb: 'restart', node: id }],
      })),
    pause: () => node().map((id) => ({ begin: [{ verb: 'pause', node: id }], end: [{ verb: 'resume', node: id }] })),
    'kill-box': () =>
      fc.constantFrom(...targets.boxes).map((box) => ({
        begin: [{ verb: 'kill-box', box, stay: true }],
        end: [{ verb: 'restart-box', box }, ...restarts(topology, (id) => id === box)],
      })),
    'kill-host': () =>
      fc.constantFrom(...targets.hosts).map((host) => ({
        begin: [{ verb: 'kill-host', host, stay: true }],
        end: [{ verb: 'restart-host', host }, ...restarts(topology, (id) => targets.boxes.includes(id))],
      })),
    partition: () => between((a, b) => withFields({ kind: 'partition' }, { a, b })),
    'one-way': () => between((a, b) => withFields({ kind: 'partition' }, { a, b, oneWay: true })),
    isolate: () =>
      struck(
        fc.subarray([...targets.linked], { minLength: 1, maxLength: 2 }).map((ids) => {
          return withFields({ kind: 'isolate' }, { node: oneOf(ids) });
        }),
      ),
    slow: () => struck(fc.tuple(node(), few(500)).map(([id, ms]) => withFields({ kind: 'slow' }, { node: id, ms }))),
    drop: () =>
      struck(fc.tuple(pair(), part).map(([[from, to], share]) => withFields({ kind: 'drop' }, { from, to, share }))),
    datagrams: () =>
      struck(
        fc.tuple(fc.constantFrom('duplicate', 'reorder'), part, few(200)).map(([kind, share, spreadMs]) => {
          const copies = kind === 'duplicate' ? { copies: 1 } : {};
          return withFields({ kind }, { from: '*', to: '*', share, spreadMs, ...copies });
        }),
      ),
    hold: () => between((a, b) => withFields({ kind: 'hold' }, { a, b })),
    'slow-disk': () =>
      struck(fc.tuple(disk(), few(300)).map(([id, ms]) => withFields({ kind: 'slow-disk' }, { node: id, ms }))),
    // A disk that tears shows only when somebody dies on it in the middle of a write; so it is slow, too.
    'torn-disk': () =>
      fc.tuple(disk(), few(100)).map(([id, ms]) => ({
        faults: [withFields({ kind: 'torn-disk' }, { node: id }), withFields({ kind: 'slow-disk' }, { node: id, ms })],
        end: [
          { verb: 'kill', node: id, stay: true },
          { verb: 'restart', node: id },
        ],
      })),
    'failing-disk': () =>
      struck(disk().map((id) => withFields({ kind: 'failing-disk' }, { node: id, reason: 'input/output error' }))),
    skew: () =>
      struck(
        fc.tuple(node(), fc.integer({ min: -60_000, max: 60_000 })).map(([id, ms]) => {
          return withFields({ kind: 'skew' }, { node: id, ms });
        }),
      ),
    drift: () =>
      struck(
        fc.tuple(node(), fc.constantFrom(-0.2, -0.01, 0.01, 0.2)).map(([id, rate]) => {
          return withFields({ kind: 'drift' }, { node: id, rate });
        }),
      ),
    halves: () =>
      struck(
        linked(2, sidesMax).map((ids) => {
          const half = ids.length >> 1;
          return withFields({ kind: 'partition' }, { a: oneOf(ids.slice(0, half)), b: oneOf(ids.slice(half)) });
        }),
      ),
    ring: () => linked(4, ringMax).map((ids) => ({ faults: ringOf(ids) })),
  };
}

/** Patterns have a length, and a ring of many is many faults. */
const sidesMax = 16;
const ringMax = 6;

/** Each hears its two neighbours only: all are reached by way of others, and nobody sees them all. */
function ringOf(ids: readonly string[]): FaultSpec[] {
  return ids.slice(0, -2).map((a, at) => {
    const far = ids.slice(at + 2, at === 0 ? -1 : undefined);
    return withFields({ kind: 'partition' }, { a, b: oneOf(far) });
  });
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
