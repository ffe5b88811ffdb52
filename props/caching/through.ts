/**
 * Claim: under write-through, whatever befalls the cache servers and the links to and from them, a read that begins after a
 * write was acknowledged never shows what was there before it. Servers die, hang and come back, are cut off from the
 * database, from a web server or from everybody; mail is lost, or held and comes later; clocks drift as far as leases allow
 * for.
 */
import fc from 'fast-check';
import { clockDriftMax } from '../../src/protocols/agreed-ring';
import { stages } from '../../src/stages';
import { DrivenWorld, within } from '../../src/testing/driven-world';
import type { Claim, Effort, Finding } from '../../src/testing/judge';
import { type Accident, type AccidentKind, accidents, plan } from '../../src/testing/schedule';
import { withConfig } from '../../src/testing/simulated-site';
import { catalogue } from '../../src/world/product';
import { standing } from '../standing';
import { Watch } from './watch';

interface Case {
  readonly seed: number;
  readonly accidents: readonly Accident[];
  /** Of the clocks of the cache servers and the web servers. */
  readonly drifts: readonly number[];
}

const allKinds: readonly AccidentKind[] = [
  'kill',
  'pause',
  'partition',
  'one-way',
  'isolate',
  'slow',
  'drop',
  'hold',
  'halves',
];
const users = 4;
const servers = ['cache-1', 'cache-2', 'cache-3'];
const webs = ['web-1', 'web-2'];
/** Until the servers have agreed on their first ring. */
const beginMs = 3_000;
const lastMs = 7_000;
/** A ring changes twice in that time: somebody is left out and comes back. */
const longestMs = 3_000;
const endMs = lastMs + longestMs + 1_000;

/** What befalls the site; by default all that can, at a rate at which most rows are cached at any time. */
export interface Hardship {
  readonly kinds?: readonly AccidentKind[];
  readonly ratePerS?: number;
}

export function through(effort: Effort, { kinds = allKinds, ratePerS = 100 }: Hardship = {}): Claim<Case> {
  const limits = {
    firstMs: beginMs + 200,
    lengthMs: lastMs,
    longestMs,
    accidentsMax: 6,
    kinds,
  };
  const linked = [...servers, ...webs, 'db-1'];
  const targets = { nodes: servers, boxes: [], hosts: [], disks: [], linked };
  const drift = fc.constantFrom(0, 0, -clockDriftMax, clockDriftMax);
  return {
    ...effort,
    name: 'write-through shows nothing older than what was acknowledged',
    draw: fc.record({
      seed: fc.nat({ max: 1_000_000 }),
      accidents: accidents(stages.cache.topology, limits, targets),
      drifts: fc.array(drift, { minLength: 5, maxLength: 5 }),
    }),
    attempt: (drawn) => within(open(drawn), (world) => attempt(world, drawn, ratePerS)),
    show: (drawn) => {
      const shown = open(drawn);
      return standing(shown, () => void attempt(shown, drawn, ratePerS));
    },
  };
}

function open({ seed }: Case): DrivenWorld {
  const web = { strategy: 'write-through', cacheMs: 15, gutter: 'miss' };
  const server = { serving: 'leased', leaseMs: 50 };
  const config = {
    ...Object.fromEntries(webs.map((id) => [id, web])),
    ...Object.fromEntries(servers.map((id) => [id, server])),
    'db-1': { invalidates: 'off', seedUsers: users, seedPosts: 0, readServiceMs: { law: 'exponential', meanMs: 2 } },
  };
  const { name, topology } = stages.cache;
  return new DrivenWorld(name, withConfig(topology, config), { catalogue, seed });
}

function attempt(world: DrivenWorld, { accidents: drawn, drifts }: Case, ratePerS: number): Finding {
  const watch = new Watch();
  const watching = world.events.subscribe((event) => watch.see(event));
  world.runTo(beginMs);
  world.load({ loop: 'open', ratePerS, arrivals: 'poisson' }, { users, writes: 0.25, timeoutMs: 4_000 });
  world.carryOut(plan([...drifting(drifts), ...drawn]), endMs);
  watch.demand();
  watching.unsubscribe();
  if (watch.writes === 0 || watch.fromCaches === 0) return 'nothing was written, or nothing was cached';
  return undefined;
}

function drifting(drifts: readonly number[]): Accident[] {
  return [...servers, ...webs].flatMap((node, place): Accident[] => {
    const rate = drifts[place] ?? 0;
    const fault = { kind: 'drift', node, rate };
    return rate === 0 ? [] : [{ kind: 'drift', atMs: 0, forMs: endMs, harm: { faults: [fault] } }];
  });
}
