/**
 * Claim: whatever befalls the copies of a key-value store, single keys are linearizable, compare-and-set included; what has
 * a time to live is there until its time is over and not a moment longer than clocks differ; and a scan finds every key that
 * is there throughout exactly once.
 */
import fc from 'fast-check';
import { casRegister } from '../../src/checking/models/cas-register';
import type { Topology } from '../../src/kernel/topology';
import { kvDone } from '../../src/protocols/kv';
import { box, node } from '../../src/stages/stage';
import { demandLinearizable } from '../../src/testing/demand-linearizable';
import { within } from '../../src/testing/driven-world';
import { type Claim, type Effort, type Finding, Violation } from '../../src/testing/judge';
import { Phenomena } from '../../src/testing/phenomena';
import { type Accident, accidents, type Planned, plan } from '../../src/testing/schedule';
import { catalogue } from '../../src/world/product';
import { standing } from '../standing';
import { AskingWorld, budgetMs, ItemUsers } from './users';

/** What one user does, and how long after the one before. */
export interface Step {
  readonly afterMs: number;
  readonly what: 'read' | 'write' | 'cas' | 'delete' | 'scan' | 'short';
  readonly at: string;
  readonly key: string;
  readonly ttlMs: number;
  /** When a short one is looked for, counted from when it should be over. */
  readonly looks: readonly number[];
}

interface Case {
  readonly seed: number;
  readonly steps: readonly Step[];
  readonly schedule: readonly Accident[];
}

const copies = ['kv-1', 'kv-2', 'kv-3'];
const config = { group: copies, snapshotEntries: 20, sweepMs: 100 };
const topology: Topology = {
  boxes: copies.map((id, at) => box(`box-${id}`, `10.0.0.${at + 1}`)),
  nodes: copies.map((id) => node(id, 'kv', `box-${id}`, config)),
};
/** Keys that are there from the beginning on and that nobody touches: scans find them. */
export const stable = Array.from({ length: 8 }, (_, at) => `stable-${at}`);
const beganMs = 3_000;
const lengthMs = 3_000;
const longestMs = 1_500;
/** Times are whole milliseconds in the log. */
const skewMs = 1;

/** @param ways who may be asked. */
export function stepVia(ways: readonly string[], afterMaxMs = 30): fc.Arbitrary<Step> {
  return fc.record({
    afterMs: fc.integer({ min: 0, max: 4 * afterMaxMs }).map((quarters) => quarters / 4),
    what: fc.constantFrom<Step['what'][]>('read', 'read', 'write', 'cas', 'cas', 'delete', 'scan', 'short', 'short'),
    at: fc.constantFrom(...ways),
    key: fc.constantFrom('a', 'b'),
    ttlMs: fc.integer({ min: 1, max: 400 }),
    looks: fc.array(fc.integer({ min: -60, max: 200 }), { maxLength: 3 }),
  });
}

export function pairs({
  phenomena = new Phenomena(),
  ...effort
}: Effort & { readonly phenomena?: Phenomena }): Claim<Case> {
  return {
    ...effort,
    name: 'key-value pairs are linearizable, over in time, and all found by scans',
    draw: fc.record({
      seed: fc.nat({ max: 1_000_000 }),
      steps: fc.array(stepVia(copies), { minLength: 60, maxLength: 140, size: 'max' }),
      schedule: accidents(topology, {
        firstMs: beganMs,
        lengthMs: beganMs + lengthMs,
        longestMs,
        accidentsMax: 4,
        kinds: [
          'kill',
          'pause',
          'kill-box',
          'partition',
          'one-way',
          'isolate',
          'slow',
          'drop',
          'hold',
          'slow-disk',
          'torn-disk',
        ],
      }),
    }),
    attempt: (drawn) => within(worldOf(drawn), (world) => attempt(world, drawn, phenomena)),
    show: (drawn) => standing(worldOf(drawn), (world) => attempt(world, drawn, new Phenomena())),
  };
}

function worldOf({ seed }: Case): AskingWorld {
  return new AskingWorld('kv', topology, { catalogue, seed, hosts: 3, detail: 'acts', hashed: false });
}

function attempt(world: AskingWorld, { steps, schedule }: Case, phenomena: Phenomena): Finding {
  world.events.subscribe(phenomena.watch);
  const users = new ItemUsers(world);
  world.runTo(beganMs - 500);
  keepStable(world);
  world.runTo(beganMs);
  carryOut(world, users, steps, plan(schedule), beganMs);
  world.repair();
  world.run(10_000);
  for (const key of ['a', 'b']) users.read('kv-1', key);
  users.scan('kv-1', 'stable-');
  world.run(budgetMs * 5);
  judge(users);
  const done = users.operations.filter(({ outcome, f }) => outcome === 'ok' && f === 'cas').length;
  return done === 0 ? 'nothing was compared and set' : undefined;
}

export function keepStable(world: AskingWorld): void {
  for (const key of stable) {
    const answer = world.kv({ kind: 'kv.put', key, value: 0 });
    if (!kvDone.accepts(answer)) throw new Violation('not set up', JSON.stringify(answer));
  }
}

/** The steps from a moment on, and what befalls the site, each at its time. */
export function carryOut(
  world: AskingWorld,
  users: ItemUsers,
  steps: readonly Step[],
  planned: readonly Planned[],
  fromMs: number,
): void {
  let atMs = fromMs;
  const doing = steps.flatMap((one) => {
    atMs += one.afterMs;
    return laid(users, one, atMs);
  });
  const befalling = planned.map((one) => ({ atMs: one.atMs, run: () => world.carryOut([one], 0) }));
  for (const { atMs: due, run } of [...doing, ...befalling].sort((a, b) => a.atMs - b.atMs)) {
    world.runTo(due);
    run();
  }
}

interface Doing {
  readonly atMs: number;
  run(): unknown;
}

function laid(users: ItemUsers, { what, at, key, ttlMs, looks }: Step, atMs: number): readonly Doing[] {
  switch (what) {
    case 'scan':
      return [{ atMs, run: () => users.scan(at, 'stable-') }];
    case 'short': {
      let short = '';
      const put = (): void => {
        short = users.short(at, ttlMs);
      };
      const first = { atMs, run: put };
      return [
        first,
        ...looks.map((late) => ({ atMs: Math.max(atMs, atMs + ttlMs + late), run: () => users.look(at, short) })),
      ];
    }
    default:
      return [{ atMs, run: () => users[what](at, key) }];
  }
}

export function judge({ scans, looks, shorts, operations }: ItemUsers): void {
  for (const { keys, isWhole } of scans) {
    const twice = keys.find((key, at) => keys.indexOf(key) !== at);
    if (twice !== undefined) throw new Violation('found twice', `${twice} in ${keys.join(' ')}`);
    const lost = stable.find((key) => isWhole && !keys.includes(key));
    if (lost !== undefined) throw new Violation('not found', `${lost} is not among ${keys.join(' ')}`);
  }
  for (const look of looks) {
    const short = shorts.find(({ key }) => key === look.key);
    if (short === undefined) continue;
    // The primary that answers may be another than the one that wrote, with another clock.
    const overMs = short.endedMs + short.ttlMs + skewMs;
    if (look.isThere && look.calledMs > overMs) {
      throw new Violation('kept too long', `${look.key} was there ${look.calledMs - overMs} ms after its end`);
    }
    const untilMs = short.calledMs + short.ttlMs - skewMs;
    if (!look.isThere && look.calledMs > short.endedMs && look.endedMs < untilMs) {
      throw new Violation('gone too soon', `${look.key} was gone ${untilMs - look.endedMs} ms before its end`);
    }
  }
  demandLinearizable(operations, casRegister);
}
