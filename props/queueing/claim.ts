/**
 * Claim: whatever the load, the number of CPUs and the room to wait, a box serves as the formula for that queue says.
 */
import fc from 'fast-check';
import { type Claim, type Effort, type Finding, Violation } from '../../src/testing/judge';
import { observe } from './observe';
import type { Station } from './station';
import { blockingMM1K, meanMD1, meanMM1K, meanMMc, quantileMMc } from './theory';

interface Case extends Station {
  readonly seed: number;
}

const loads = fc.integer({ min: 10, max: 60 }).map((percent) => percent / 100);
const seed = fc.nat({ max: 1_000_000 });
const unbounded = Number.MAX_SAFE_INTEGER;

const roomForAll = fc.record<Case>({
  law: fc.constant('exponential'),
  servers: fc.integer({ min: 1, max: 8 }),
  load: loads,
  placesMax: fc.constant(unbounded),
  seed,
});
const constantService = fc.record<Case>({
  law: fc.constant('constant'),
  servers: fc.constant(1),
  load: loads,
  placesMax: fc.constant(unbounded),
  seed,
});
const fewPlaces = fc.record<Case>({
  law: fc.constant('exponential'),
  servers: fc.constant(1),
  load: fc.integer({ min: 40, max: 250 }).map((percent) => percent / 100),
  placesMax: fc.integer({ min: 1, max: 6 }),
  seed,
});

/** Customers that are counted in each case: enough for two digits at loads where one's waiting soon forgets the last one's. */
export const queueing = (effort: Effort, completions = 100_000): Claim<Case> => ({
  ...effort,
  name: 'a box serves as the queues of the textbooks do',
  draw: fc.oneof(roomForAll, constantService, fewPlaces),
  attempt: (drawn) => attempt(drawn, completions),
  show: ({ law, servers, load, placesMax, seed: number }) => {
    const room = placesMax === unbounded ? 'room for all' : `${placesMax} places`;
    return { lines: [`seed ${number}`, `${servers} CPUs at load ${load}, ${law} service, ${room}`] };
  },
});

function attempt({ seed: number, ...station }: Case, completions: number): Finding {
  const { law, servers, load, placesMax } = station;
  const seen = observe(station, completions, number);
  if (law === 'constant') near(seen.mean, meanMD1(load), 0.04, 'mean');
  else if (placesMax === unbounded) {
    near(seen.mean, meanMMc(load, servers), 0.04, 'mean');
    near(seen.p99, quantileMMc(load, servers, 0.99), 0.08, 'p99');
  } else {
    near(seen.mean, meanMM1K(load, placesMax), 0.04, 'mean of those who got in');
    const blocking = blockingMM1K(load, placesMax);
    // Where hardly anybody is turned away, there are few to count.
    near(seen.blocked, blocking, Math.max(0.05, 6 / Math.sqrt(completions * blocking)), 'share turned away');
  }
  return undefined;
}

/** Throws a `Violation` if a figure is further from the expected one than a share of it. */
export function near(found: number, expected: number, tolerance: number, what: string): void {
  const off = found / expected - 1;
  if (Math.abs(off) <= tolerance) return;
  const much = `${(off * 100).toFixed(2)} % off`;
  throw new Violation(what, `${what}: ${found.toFixed(4)}, expected ${expected.toFixed(4)} (${much})`);
}
