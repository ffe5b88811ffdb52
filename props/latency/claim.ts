/**
 * Claim: the latency of an open load counts from the moment at which a request was due. While somebody hangs, requests
 * go on being due, and each of them waits for the rest of that time; a measurement that leaves them out, or starts its
 * watch when it gets round to sending, is the coordinated omission of Gil Tene ("How NOT to measure latency", 2013).
 * With evenly spaced arrivals and next to no service time the whole distribution is known beforehand.
 */
import fc from 'fast-check';
import { stages } from '../../src/stages';
import { DrivenWorld, within } from '../../src/testing/driven-world';
import { type Claim, type Effort, type Finding, Violation } from '../../src/testing/judge';
import { withConfig } from '../../src/testing/simulated-site';
import { catalogue } from '../../src/world/product';
import { standing } from '../standing';

interface Case {
  readonly seed: number;
  /** Who hangs: the site, or the device that measures. */
  readonly who: 'web-1' | 'db-1' | 'crowd-1';
  readonly ratePerS: number;
  readonly beforeMs: number;
  readonly pauseMs: number;
  readonly afterMs: number;
}

/** Longer than any pause: nobody gives up. */
const patienceMs = 60_000;
/** A histogram's bucket. */
const toleranceShare = 0.02;

export function openLoopLatency(effort: Effort): Claim<Case> {
  return {
    ...effort,
    name: 'open-loop latency has no coordinated omission',
    draw: fc.record({
      seed: fc.nat({ max: 1_000_000 }),
      who: fc.constantFrom<Case['who'][]>('web-1', 'db-1', 'crowd-1'),
      ratePerS: fc.integer({ min: 20, max: 200 }),
      beforeMs: fc.integer({ min: 100, max: 4_000 }),
      pauseMs: fc.integer({ min: 200, max: 4_000 }),
      afterMs: fc.integer({ min: 100, max: 4_000 }),
    }),
    attempt: (drawn) => within(open(drawn), (world) => attempt(world, drawn)),
    show: (drawn) => {
      const world = open(drawn);
      return standing(world, () => void attempt(world, drawn));
    },
  };
}

function open({ seed }: Case): DrivenWorld {
  const { name, topology } = stages.separateDatabase;
  const quick = withConfig(topology, {
    'web-1': { requestServiceMs: 0.01, answerServiceMs: 0, workers: 2_000, requestMs: patienceMs },
    'db-1': { seedUsers: 10, readServiceMs: 0.01 },
  });
  return new DrivenWorld(name, quick, { catalogue, seed, detail: 'acts' });
}

function attempt(world: DrivenWorld, { who, ratePerS, beforeMs, pauseMs, afterMs }: Case): Finding {
  const gapMs = 1_000 / ratePerS;
  const load = (): void => {
    world.load({ loop: 'open', ratePerS, arrivals: 'constant' }, { users: 10, timeoutMs: patienceMs });
  };
  // The name is looked up once, and what a request takes when nobody hangs is seen.
  load();
  world.run(500);
  const usualMs = world.loadStop().p50Ms;
  load();
  const startMs = world.nowMs;
  world.runTo(startMs + beforeMs);
  world.pause(who);
  world.runTo(startMs + beforeMs + pauseMs);
  world.resume(who);
  world.runTo(startMs + beforeMs + pauseMs + afterMs);
  world.loadStop();
  world.run(1_000);
  const seen = world.loadReport();

  const due = Array.from({ length: seen.sent }, (_, number) => (number + 1) * gapMs);
  const expected = due
    .map((atMs) => (atMs >= beforeMs && atMs < beforeMs + pauseMs ? beforeMs + pauseMs - atMs : 0))
    .map((waitMs) => waitMs + usualMs)
    .sort((a, b) => a - b);
  const sent = (beforeMs + pauseMs + afterMs) / gapMs;
  if (Math.abs(seen.sent - sent) > 2) throw new Violation('left out', `${seen.sent} requests, expected ${sent}`);
  if (seen.failed > 0) throw new Violation('failed', JSON.stringify(seen.failures));
  for (const [name, share, foundMs] of [
    ['p50', 0.5, seen.p50Ms],
    ['p95', 0.95, seen.p95Ms],
    ['p99', 0.99, seen.p99Ms],
    ['max', 1, seen.maxMs],
  ] as const) {
    const expectedMs = expected[Math.ceil(share * expected.length) - 1] ?? 0;
    // One request more or less moves a quantile by the time between two; a pause catches some on their way.
    const slackMs = usualMs + gapMs + toleranceShare * expectedMs;
    if (Math.abs(foundMs - expectedMs) <= slackMs) continue;
    const how = `${name} is ${foundMs.toFixed(1)} ms, expected ${expectedMs.toFixed(1)} ms`;
    throw new Violation(foundMs < expectedMs ? 'omitted' : 'exaggerated', `${how}: ${who} hung for ${pauseMs} ms`);
  }
  return pauseMs < 5 * gapMs ? 'hardly anything was due in the pause' : undefined;
}
