/**
 * Claim: while cache servers come and go, a read that begins after a write was acknowledged never shows what was there before
 * it, though not all web servers hear at once who is there; and when one comes, keys that do not move to it do not miss.
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
  readonly gutter: 'gutter' | 'miss' | 'others';
  /** By how much one of the web servers hears later who is there. */
  readonly lateMs: number;
  readonly changes: readonly { readonly what: 'spawn' | 'retire'; readonly gapMs: number }[];
}

const users = 12;
/** Longer than one hears of a change after the other. */
const ringSettleMs = 300;
/** So long after a change of the ring everybody has heard of it. */
const settleMs = 600;

export function ringChanges(effort: Effort, caching: object = {}): Claim<Case> {
  return {
    ...effort,
    name: 'cache servers come and go, and nothing older than what was acknowledged is shown',
    draw: fc.record({
      seed: fc.nat({ max: 1_000_000 }),
      gutter: fc.constantFrom<Case['gutter'][]>('gutter', 'miss', 'others'),
      lateMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 200 })),
      changes: fc.array(
        fc.record({
          what: fc.constantFrom<'spawn' | 'retire'>('spawn', 'retire'),
          gapMs: fc.integer({ min: 1, max: 400 }),
        }),
        { minLength: 1, maxLength: 4, size: 'max' },
      ),
    }),
    attempt: (drawn) => within(open(drawn, caching), (world) => attempt(world, drawn)),
    show: (drawn) => {
      const shown = open(drawn, caching);
      return standing(shown, () => void attempt(shown, drawn));
    },
  };
}

function open({ seed, gutter }: Case, caching: object): DrivenWorld {
  const web = { cacheMs: 15, cacheProbeMs: 60, ringSettleMs, gutter, ...caching };
  const server = { leaseMs: 50 };
  const config = {
    ...{ 'web-1': web, 'web-2': web },
    ...{ 'cache-1': server, 'cache-2': server, 'cache-3': server, 'gutter-1': server },
    'db-1': { seedUsers: users, seedPosts: 0, invalidates: 'off' },
  };
  return new DrivenWorld(stages.cache.name, withConfig(stages.cache.topology, config), { catalogue, seed });
}

function attempt(world: DrivenWorld, { lateMs, changes }: Case): Finding {
  const watch = new Watch();
  const watching = world.events.subscribe((event) => watch.see(event));
  const passes = (ms: number): void => {
    world.run(ms);
    watch.demand();
  };
  const shape = { loop: 'open', ratePerS: 400, arrivals: 'poisson' } as const;
  const load = (writes: number): void => void world.load(shape, { users, writes, timeoutMs: 1_000 });
  load(0);
  passes(400);
  const before = homesIn(world);
  const sinceMs = world.nowMs;
  world.spawn('cache');
  passes(settleMs);
  const after = homesIn(world);
  for (const { key, atMs } of watch.queries) {
    if (atMs < sinceMs || before.get(key) !== after.get(key)) continue;
    throw new Violation('others miss', `${key} stayed on ${after.get(key)}, and the database was asked for it`);
  }
  world.loadStop();
  if (lateMs > 0) world.fault({ kind: 'slow', a: 'metal', b: 'web-1', ms: lateMs });
  load(0.3);
  passes(200);
  for (const { what, gapMs } of changes) {
    const servers = world.topology.nodes.filter(({ kind, pool = kind }) => kind === 'cache' && pool === 'cache');
    const last = servers.at(-1);
    if (what === 'spawn') world.spawn('cache');
    else if (servers.length > 1 && last !== undefined) world.retire(last.id);
    watch.demand();
    passes(gapMs);
  }
  passes(settleMs);
  watching.unsubscribe();
  return watch.writes === 0 || watch.fromCaches === 0 ? 'nothing was written, or nothing was cached' : undefined;
}

function homesIn(world: DrivenWorld): Map<string, string | undefined> {
  const keys = Array.from({ length: users }, (_, place) => `row:user:${place + 1}`);
  return new Map(keys.map((key) => [key, world.ring(key).key?.home]));
}
