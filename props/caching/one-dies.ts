/**
 * Claim: one of the cache servers dies, hangs or is cut off, and what happens is this, with a gutter and without one.
 *
 * - Nobody is told: a web server finds out by silence, within a stated time, and from then on sends it nothing but probes.
 * - Only its keys miss. With a gutter the database is asked for each of them at most once per lease time; without one, of
 *   each web server once at a time.
 * - Nobody is told an error because of it, and what was acknowledged is in the database: all that a cache can lose is time.
 * - A read that begins after a write was acknowledged shows it or something newer: also from the gutter, also out of an answer
 *   that several share, and also when the server is back. Only where a server was cut off and has not heard of the write yet
 *   may a copy of it be older; it is not read from by who has something to tell it.
 */
import fc from 'fast-check';
import { stages } from '../../src/stages';
import { DrivenWorld, within } from '../../src/testing/driven-world';
import { type Claim, type Effort, type Finding, Violation } from '../../src/testing/judge';
import { withConfig } from '../../src/testing/simulated-site';
import { catalogue } from '../../src/world/product';
import { standing } from '../standing';
import { Traffic } from './traffic';
import { Watch } from './watch';

interface Case {
  readonly seed: number;
  readonly victim: 1 | 2 | 3;
  readonly how: 'kill' | 'pause' | 'cut';
  /** How much longer the answers of the database are on their way to one of the web servers. */
  readonly slowMs: number;
  readonly downMs: number;
  /** Whether rows are still written when it comes back. */
  readonly isWritten: boolean;
}

/** Who stands in for the dead one: a server of its own, nobody, or the others. */
type Gutter = 'gutter' | 'miss' | 'others';
const stoodIn = { gutter: 'with a gutter', miss: 'without a gutter', others: 'the others stand in,' } as const;

const users = 6;
const leaseMs = 60;
const cacheMs = 15;
/** So long after its death nobody counts on the server any more. */
const detectionMs = 400;
const backMs = 600;
/** Mail takes its time between who gives a lease and who asks the database. */
const travelMs = 5;

export function oneDies(effort: Effort, gutter: Gutter, caching: object = {}): Claim<Case> {
  return {
    ...effort,
    name: `one cache server dies: ${stoodIn[gutter]} only its keys miss, and nothing is lost`,
    draw: fc.record({
      seed: fc.nat({ max: 1_000_000 }),
      victim: fc.constantFrom<Case['victim'][]>(1, 2, 3),
      how: fc.constantFrom<Case['how'][]>('kill', 'pause', 'cut'),
      slowMs: fc.integer({ min: 0, max: 60 }),
      downMs: fc.integer({ min: 200, max: 600 }),
      isWritten: fc.boolean(),
    }),
    attempt: (drawn) => within(open(drawn, gutter, caching), (world) => attempt(world, drawn, gutter)),
    show: (drawn) => {
      const shown = open(drawn, gutter, caching);
      return standing(shown, () => void attempt(shown, drawn, gutter));
    },
  };
}

function open({ seed }: Case, gutter: string, caching: object): DrivenWorld {
  const web = { cacheMs, cacheProbeMs: 60, gutter, ...caching };
  const server = { leaseMs };
  const config = {
    ...{ 'web-1': web, 'web-2': web },
    ...{ 'cache-1': server, 'cache-2': server, 'cache-3': server, 'gutter-1': server },
    'db-1': { seedUsers: users, seedPosts: 0, invalidates: 'off', readServiceMs: { law: 'exponential', meanMs: 2 } },
  };
  return new DrivenWorld(stages.cache.name, withConfig(stages.cache.topology, config), { catalogue, seed });
}

function attempt(world: DrivenWorld, { victim, how, slowMs, downMs, isWritten }: Case, gutter: Gutter): Finding {
  const name = `cache-${victim}`;
  const watch = new Watch(how === 'cut' ? (key) => holders(world, key) : undefined);
  const traffic = new Traffic(name);
  const watching = world.events.subscribe((event) => {
    watch.see(event);
    traffic.see(event);
  });
  const passes = (ms: number): void => {
    world.run(ms);
    watch.demand();
    traffic.demandServed();
  };
  const shape = { loop: 'open', ratePerS: 400, arrivals: 'poisson' } as const;
  const load = (writes: number): void => void world.load(shape, { users, writes, timeoutMs: 1_000 });
  if (slowMs > 0) world.fault({ kind: 'slow', a: 'web-1', b: 'db-1', ms: slowMs });
  load(0.2);
  passes(400);
  world.loadStop();
  load(0);
  passes(300);
  const diedMs = world.nowMs;
  let cut = 0;
  if (how === 'kill') world.kill(name, { stay: true });
  else if (how === 'pause') world.pause(name);
  else cut = world.fault({ kind: 'partition', a: name, b: 'web-*' }).fault;
  passes(detectionMs);
  const noticed = traffic.ejected;
  if (noticed.size < 2)
    throw new Violation('not noticed', `${detectionMs} ms after ${name} died, ${noticed.size} of 2 know`);
  const noticedMs = world.nowMs;
  passes(downMs);
  // Whom the database is far from may have had the right to fill in vain, again and again: then there was nothing to hit.
  const missed = (asked: string): boolean =>
    watch.queries.some(({ key, atMs }) => key === asked && atMs <= diedMs && atMs > diedMs - 2 * leaseMs);
  for (const { key, atMs } of watch.queries) {
    const home = world.ring(key).key?.home;
    if (atMs > diedMs && home !== name && !missed(key))
      throw new Violation('others miss', `${key} is on ${home}, and ${name} died`);
  }
  if (gutter !== 'miss') traffic.demandOnePer(leaseMs - travelMs, diedMs);
  else traffic.demandOneAtATime(diedMs);
  traffic.demandOnlyProbes(noticedMs);
  world.loadStop();
  load(0.2);
  passes(downMs);
  if (!isWritten) {
    world.loadStop();
    load(0);
  }
  if (how === 'kill') world.restart(name);
  else if (how === 'pause') world.resume(name);
  else world.unfault(cut);
  passes(backMs);
  if (traffic.ejected.size > 0)
    throw new Violation('not noticed', `${backMs} ms after ${name} came back it is not used`);
  // Who reads from it again has told it all: nothing may be old any more, whoever reads.
  watch.demandsAll();
  passes(300);
  world.loadStop();
  passes(50);
  watching.unsubscribe();
  demandKept(world, watch);
  return watch.writes === 0 || watch.fromCaches === 0 ? 'nothing was written, or nothing was cached' : undefined;
}

function holders(world: DrivenWorld, row: string): string[] {
  const { home, gutter } = world.ring(row).key ?? {};
  return [home, gutter].filter((id) => id !== undefined);
}

/** What was acknowledged is in the database. */
function demandKept(world: DrivenWorld, watch: Watch): void {
  const shown = world.sql('SELECT id, version FROM users');
  const rows = 'rows' in shown ? shown.rows : [];
  const kept = new Map(rows.map(([id, version]) => [`/users/${id}`, Number(version)]));
  for (const [path, version] of watch.known) {
    const there = kept.get(path) ?? -1;
    if (there < version)
      throw new Violation('lost', `${path}: ${version} was acknowledged, and the database has ${there}`);
  }
}
