/**
 * Claim: under cache-aside with leases, whichever cache server dies, hangs and comes back, a read that begins after a write
 * was acknowledged never shows what was there before it, be it from the server that has the key, from the gutter, or from
 * the server when the key is home again. When one of the servers dies, rows of the others cost the database nothing, and
 * its own at most one question per row and lease time.
 */
import fc from 'fast-check';
import { stages } from '../../src/stages';
import { DrivenWorld, within } from '../../src/testing/driven-world';
import { type Claim, type Effort, type Finding, Violation } from '../../src/testing/judge';
import { withConfig } from '../../src/testing/simulated-site';
import { catalogue } from '../../src/world/product';
import { standing } from '../standing';
import { Watch } from './watch';

interface Case {
  readonly seed: number;
  readonly victim: 1 | 2 | 3;
  /** What befalls it, for how long, and how long it then goes well. */
  readonly accidents: readonly { readonly how: 'kill' | 'pause'; readonly downMs: number; readonly upMs: number }[];
}

const users = 6;
const leaseMs = 50;
const cacheMs = 15;
const probeMs = 60;
/** Longer than it takes to notice a death or a return. */
const settleMs = 400;
const windowMs = 600;
/** Mail takes its time between who gives a lease and who asks the database. */
const travelMs = 5;

/** @param demandsNoHerd off, only what users see is judged. */
export function aside(effort: Effort, caching: object = {}, demandsNoHerd = true): Claim<Case> {
  return {
    ...effort,
    name: 'cache-aside shows nothing older than what was acknowledged, and no herd comes to the database',
    draw: fc.record({
      seed: fc.nat({ max: 1_000_000 }),
      victim: fc.constantFrom<Case['victim'][]>(1, 2, 3),
      accidents: fc.array(
        fc.record({
          how: fc.constantFrom<'kill' | 'pause'>('kill', 'pause'),
          downMs: fc.integer({ min: 5, max: 500 }),
          upMs: fc.integer({ min: 5, max: 500 }),
        }),
        { minLength: 1, maxLength: 4, size: 'max' },
      ),
    }),
    attempt: (drawn) => within(open(drawn, caching), (world) => attempt(world, drawn, demandsNoHerd)),
    show: (drawn) => {
      const shown = open(drawn, caching);
      return standing(shown, () => void attempt(shown, drawn, demandsNoHerd));
    },
  };
}

function open({ seed }: Case, caching: object): DrivenWorld {
  const web = { cacheMs, cacheProbeMs: probeMs, ...caching };
  const server = { leaseMs };
  const config = {
    'web-1': web,
    'web-2': web,
    'cache-1': server,
    'cache-2': server,
    'cache-3': server,
    'gutter-1': server,
    'db-1': { seedUsers: users, seedPosts: 0, invalidates: 'off', readServiceMs: { law: 'exponential', meanMs: 3 } },
  };
  const { name, topology } = stages.cache;
  return new DrivenWorld(name, withConfig(topology, config), { catalogue, seed });
}

function attempt(world: DrivenWorld, { victim, accidents }: Case, demandsNoHerd: boolean): Finding {
  const watch = new Watch();
  const watching = world.events.subscribe((event) => watch.see(event));
  const passes = (ms: number): void => {
    world.run(ms);
    watch.demand();
  };
  const name = `cache-${victim}`;
  // One web server is far from the database: what it has read may be old when it comes to the cache with it.
  world.fault({ kind: 'slow', a: 'web-1', b: 'db-1', ms: 10 });
  const shape = { loop: 'open', ratePerS: 300, arrivals: 'poisson' } as const;
  world.load(shape, { users, writes: 0.2, timeoutMs: 1_000 });
  passes(200);
  for (const { how, downMs, upMs } of accidents) {
    if (how === 'kill') world.kill(name, { stay: true });
    else world.pause(name);
    passes(downMs);
    if (how === 'kill') world.restart(name);
    else world.resume(name);
    passes(upMs);
  }
  world.loadStop();
  world.load({ ...shape, ratePerS: 500 }, { users, timeoutMs: 1_000 });
  passes(settleMs + windowMs);
  world.kill(name, { stay: true });
  const atMs = world.nowMs;
  passes(windowMs);
  if (demandsNoHerd) demandNoHerd(world, watch, name, atMs);
  watching.unsubscribe();
  if (watch.writes === 0 || watch.fromCaches === 0) return 'nothing was written, or nothing was cached';
  return undefined;
}

/** Of what the database was asked since a server died. */
function demandNoHerd(world: DrivenWorld, { queries }: Watch, dead: string, diedMs: number): void {
  const last = new Map<string, number>();
  for (const { key, atMs } of queries) {
    if (atMs < diedMs) continue;
    const home = world.ring(key).key?.home;
    if (home !== dead) throw new Violation('others miss', `${key} is on ${home}, and ${dead} died`);
    const before = last.get(key) ?? Number.NEGATIVE_INFINITY;
    if (atMs < before + leaseMs - travelMs) {
      throw new Violation('herd', `the database was asked for ${key} twice within ${Math.round(atMs - before)} ms`);
    }
    last.set(key, atMs);
  }
}
