/**
 * Claim: a retry storm outlives its cause. The database hangs for some seconds, and long after that hardly anybody is
 * answered, though it does as much as before; each protection by itself brings the site back within a stated time.
 */
import fc from 'fast-check';
import { type ClientReport, clientReport } from '../../src/protocols/client';
import { stages } from '../../src/stages';
import { DrivenWorld, within } from '../../src/testing/driven-world';
import { type Claim, type Effort, type Finding, Violation } from '../../src/testing/judge';
import { withConfig } from '../../src/testing/simulated-site';
import { catalogue } from '../../src/world/product';
import { standing } from '../standing';

/**
 * How long the site may take to come back. The queue holds 400 requests, and 40 a second are worked on. A retry budget
 * leaves 28 · 1.1 = 31 a second to come, so that the queue shrinks by 9 a second: 43 s. A breaker and shedding let hardly
 * anything come: 10 s, and some seconds more to find out.
 */
export const backWithinMs = { 'retry-budget': 60_000, breaker: 20_000, shedding: 20_000 } as const;
type Protection = keyof typeof backWithinMs;
const protections = ['retry-budget', 'breaker', 'shedding'] as const satisfies readonly Protection[];

interface Case {
  readonly seed: number;
  readonly hangMs: number;
  readonly protection: Protection;
}

export interface StormOptions extends Effort {
  /** How long after its cause the storm is watched, by default five minutes. */
  readonly lastsMs?: number;
}

export const ratePerS = 28;
const windowMs = 5_000;
const stepMs = 1_000;
/** Of those who asked, who were answered well: below this the site is as good as down, above that it is well. */
const down = 0.2;
const well = 0.9;

export function storm({ lastsMs = 300_000, ...effort }: StormOptions): Claim<Case> {
  return {
    ...effort,
    name: 'a retry storm outlives its cause until something protects against it',
    draw: fc.record({
      seed: fc.nat({ max: 1_000_000 }),
      hangMs: fc.integer({ min: 4_000, max: 10_000 }),
      protection: fc.constantFrom<Protection[]>(...protections),
    }),
    attempt: (drawn) => within(open(drawn.seed), (world) => attempt(world, drawn, lastsMs)),
    show: (drawn) => {
      const shown = open(drawn.seed);
      return standing(shown, () => void attempt(shown, drawn, lastsMs));
    },
  };
}

function attempt(world: DrivenWorld, { hangMs, protection }: Case, lastsMs: number): Finding {
  const before = hangs(world, hangMs);
  if (before < 0.99) return 'chance alone was too much for the site';
  world.run(lastsMs - windowMs);
  const meanwhile = goodput(world, windowMs);
  if (meanwhile >= down) throw new Violation('no storm', `${percent(meanwhile)} were answered well in spite of it`);
  world.protect(protection);
  const back = comesBack(world, backWithinMs[protection]);
  if (back !== undefined) throw new Violation('not back', `${protection}: ${back}`);
  return undefined;
}

/** The stage with other settings where something else is to be shown, without records of who asked what. */
export function open(seed: number, config: Readonly<Record<string, object>> = {}): DrivenWorld {
  const { name, topology } = stages.retryStorm;
  const brief = withConfig(
    withConfig(topology, { 'crowd-1': { recording: false }, 'db-1': { seedUsers: 10 } }),
    config,
  );
  return new DrivenWorld(name, brief, { catalogue, seed, detail: 'acts', hashed: false, keepMax: 0 });
}

/** Users come, and some seconds later the database hangs; gives back how well they were served before it did. */
export function hangs(world: DrivenWorld, hangMs: number): number {
  world.load({ loop: 'open', ratePerS, arrivals: 'poisson' }, { users: 10 });
  const before = goodput(world, windowMs);
  world.pause('db-1');
  world.run(hangMs);
  world.resume('db-1');
  return before;
}

/** Runs until the site has been well for some seconds; says how it was instead if that was not so in time. */
export function comesBack(world: DrivenWorld, withinMs: number): string | undefined {
  const untilMs = world.nowMs + withinMs + windowMs;
  let last = 0;
  for (let wellMs = 0; world.nowMs < untilMs; ) {
    last = goodput(world, stepMs);
    wellMs = last >= well ? wellMs + stepMs : 0;
    if (wellMs >= windowMs) return undefined;
  }
  return `${withinMs / 1_000} s later ${percent(last)} are answered well`;
}

/** Of those who were answered or gave up within the next while, the share that was answered well. */
export function goodput(world: DrivenWorld, ms: number): number {
  const before = reportOf(world);
  world.run(ms);
  return share(before, reportOf(world));
}

/** Seen from outside: to ask for it would be one more line in a log of what was done. */
export function reportOf(world: DrivenWorld): ClientReport {
  const view = world.view('crowd-1');
  const load = typeof view === 'object' && view !== null && 'load' in view ? view.load : undefined;
  if (!clientReport.accepts(load)) throw new Error('crowd-1 keeps up no load');
  return load;
}

function share(before: ClientReport, after: ClientReport): number {
  const ok = after.ok - before.ok;
  return ok / Math.max(1, ok + after.failed - before.failed);
}

function percent(part: number): string {
  return `${(part * 100).toFixed(0)} %`;
}
