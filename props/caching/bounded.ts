/**
 * Claim: under write-around and read-through, and under cache-aside where what was dropped will do for a while, no read is staler than it may be, whatever befalls cache servers and web
 * servers, however slow the database is to reach and however far its replicas are behind.
 *
 * How stale a read is counts from when a newer version had been acknowledged to when the read began. Where the web servers
 * fill, that is at most the time to live and the time of the fill; a fill that takes longer than a lease is refused, so the
 * lease time bounds it. Where the cache asks the database itself, the time to live counts from the question, and what is
 * handed to those who waited for the answer was on its way for no longer than the answer was. Rows come from the primary
 * alone: lag adds nothing. Where writes drop rows, what was
 * dropped is shown for as long as is set and no longer. All of it is by the clock of the cache server, which may drift.
 */
import fc from 'fast-check';
import { stages } from '../../src/stages';
import { box, node, together } from '../../src/stages/stage';
import { DrivenWorld, within } from '../../src/testing/driven-world';
import { type Claim, type Effort, type Finding, Violation } from '../../src/testing/judge';
import { withConfig } from '../../src/testing/simulated-site';
import { catalogue } from '../../src/world/product';
import { standing } from '../standing';
import { Ages, type Seen } from './ages';

type Bounded = 'write-around' | 'read-through' | 'cache-aside';

interface Case {
  readonly seed: number;
  readonly ttlMs: number;
  readonly gutterTtlMs: number;
  /** How much longer the database takes to be reached by those who fill, each way. */
  readonly slowMs: number;
  /** How far a replica is behind; 0: the database is alone. */
  readonly lagMs: number;
  /** By how much the clocks of two cache servers and of the gutter run fast or slow. */
  readonly drift: number;
  readonly accidents: readonly {
    readonly whom: 'cache-1' | 'cache-2' | 'cache-3' | 'gutter-1' | 'web-1' | 'web-2';
    readonly how: 'kill' | 'pause' | 'cut';
    readonly downMs: number;
    readonly upMs: number;
  }[];
}

const users = 6;
/** Time enough for a fill; who asks the database through the cache may take longer, since that counts as well. */
const leaseMsOf = { 'write-around': 80, 'read-through': 200, 'cache-aside': 200 } as const;
/** Under cache-aside what was dropped is shown for so long. */
const staleMs = 90;
/** Clocks count whole microseconds. */
const roundingMs = 0.01;

/** @param caching laid over the settings of the web servers, for those that are broken on purpose. */
export function bounded(effort: Effort, strategy: Bounded, caching: object = {}): Claim<Case> {
  return {
    ...effort,
    name: `${strategy} shows nothing that is staler than it may be`,
    draw: fc.record({
      seed: fc.nat({ max: 1_000_000 }),
      ttlMs: fc.integer({ min: 100, max: 400 }),
      gutterTtlMs: fc.integer({ min: 80, max: 300 }),
      slowMs: fc.integer({ min: 0, max: strategy === 'read-through' ? 60 : 15 }),
      lagMs: fc.oneof(fc.constant(0), fc.integer({ min: 50, max: 300 })),
      drift: fc.oneof(fc.constant(0), fc.double({ min: -0.2, max: 0.2, noNaN: true })),
      accidents: fc.array(
        fc.record({
          whom: fc.constantFrom<Case['accidents'][number]['whom'][]>(
            ...(['cache-1', 'cache-2', 'cache-3', 'gutter-1', 'web-1', 'web-2'] as const),
          ),
          how: fc.constantFrom<'kill' | 'pause' | 'cut'>('kill', 'pause', 'cut'),
          downMs: fc.integer({ min: 5, max: 500 }),
          upMs: fc.integer({ min: 5, max: 500 }),
        }),
        { minLength: 1, maxLength: 4, size: 'max' },
      ),
    }),
    attempt: (drawn) => within(open(drawn, strategy, caching), (world) => attempt(world, drawn, strategy)),
    show: (drawn) => {
      const shown = open(drawn, strategy, caching);
      return standing(shown, () => void attempt(shown, drawn, strategy));
    },
  };
}

/** Who is far from the database: whoever writes is near, so that a row may have been replaced before it has come. */
const far = {
  'write-around': ['web-1'],
  'cache-aside': ['web-1'],
  'read-through': ['cache-1', 'cache-2', 'cache-3', 'gutter-1'],
} as const;
const group = ['db-1', 'db-2', 'db-3'];

function open({ seed, ttlMs, gutterTtlMs, lagMs }: Case, strategy: Bounded, caching: object): DrivenWorld {
  const web = {
    strategy,
    ttlMs,
    gutterTtlMs,
    cacheMs: strategy === 'read-through' ? 100 : 15,
    cacheProbeMs: 60,
    ...(strategy === 'cache-aside' ? { staleMs } : {}),
    ...caching,
  };
  const server = { leaseMs: leaseMsOf[strategy] };
  const database = {
    seedUsers: users,
    seedPosts: 0,
    invalidates: 'off',
    ...(lagMs === 0 ? {} : { group, reads: 'lease' }),
  };
  const more = lagMs === 0 ? [] : ['db-2', 'db-3'];
  const topology = together(stages.cache.topology, {
    boxes: more.map((id, at) => box(`box-${id}`, `10.0.0.${30 + at}`, { memoryMb: 8_192, diskMb: 100_000 })),
    nodes: more.map((id) => node(id, 'db', `box-${id}`)),
  });
  const config = {
    ...{ 'web-1': web, 'web-2': web },
    ...{ 'cache-1': server, 'cache-2': server, 'cache-3': server, 'gutter-1': server },
    ...{ 'db-1': database, 'db-2': database, 'db-3': database },
  };
  return new DrivenWorld(stages.cache.name, withConfig(topology, config), { catalogue, seed });
}

function attempt(world: DrivenWorld, drawn: Case, strategy: Bounded): Finding {
  let broken: Violation | undefined;
  const watch = new Ages((seen) => {
    const boundMs = boundOf(drawn, strategy, seen);
    if (seen.staleMs <= boundMs + roundingMs) return;
    const { path, via, version, calledMs, staleMs } = seen;
    const what = `${path} at ${Math.round(calledMs)} ms by ${via} showed version ${version}`;
    broken ??= new Violation('too stale', `${what}, stale by ${staleMs} ms; at most ${boundMs} ms are allowed`);
  });
  const watching = world.events.subscribe((event) => watch.see(event));
  const passes = (ms: number): void => {
    world.run(ms);
    if (broken !== undefined) throw broken;
  };
  if (drawn.lagMs > 0) {
    passes(2_500);
    world.fault({ kind: 'slow', a: 'db-3', b: 'db-*', ms: drawn.lagMs });
  }
  for (const name of drawn.drift === 0 ? [] : ['cache-1', 'cache-2', 'gutter-1']) {
    world.fault({ kind: 'drift', node: name, rate: drawn.drift });
  }
  for (const a of drawn.slowMs === 0 ? [] : far[strategy]) {
    world.fault({ kind: 'slow', a, b: 'db-1', ms: drawn.slowMs });
  }
  world.load({ loop: 'open', ratePerS: 400, arrivals: 'poisson' }, { users, writes: 0.2, timeoutMs: 1_000 });
  passes(300);
  for (const { whom, how: drawnHow, downMs, upMs } of drawn.accidents) {
    // Under cache-aside a server that hangs hears of a write late, and counts from then.
    const how = strategy === 'cache-aside' && drawnHow === 'pause' ? 'kill' : drawnHow;
    if (how === 'kill') world.kill(whom, { stay: true });
    else if (how === 'pause') world.pause(whom);
    const cut = how === 'cut' ? world.fault({ kind: 'partition', a: whom, b: 'db-*' }).fault : 0;
    passes(downMs);
    if (how === 'kill') world.restart(whom);
    else if (how === 'pause') world.resume(whom);
    else world.unfault(cut);
    passes(upMs);
  }
  passes(500);
  watching.unsubscribe();
  return watch.writes === 0 || watch.fromCaches === 0 ? 'nothing was written, or nothing was cached' : undefined;
}

/** By the clock of whoever served it; what the primary said itself is not stale at all. */
function boundOf({ ttlMs, gutterTtlMs, drift, slowMs }: Case, strategy: Bounded, { via }: Seen): number {
  const isGutter = via.includes('gutter-');
  if (!isGutter && !via.includes('cache-')) return 0;
  const lifeMs = isGutter ? Math.min(ttlMs, gutterTtlMs) : ttlMs;
  if (strategy === 'cache-aside') return staleMs / (1 + Math.min(0, drift));
  const rate = 1 + (via.includes('cache-3') ? 0 : drift);
  return strategy === 'write-around' ? (lifeMs + leaseMsOf[strategy]) / rate : Math.max(lifeMs / rate, slowMs + 15);
}
