/**
 * Claim: behind a router, while users move to another shard, a read that begins after a write was acknowledged never shows
 * what that had replaced, though what is cached has a place in the log of one shard and what replaces it one in another's.
 * Writes are told apart by the names that they give: versions of two logs say nothing of each other.
 */
import fc from 'fast-check';
import type { WorldEvent } from '../../src/kernel/events';
import type { Topology } from '../../src/kernel/topology';
import { httpRequest, httpResponse } from '../../src/protocols/http';
import { box, node, together } from '../../src/stages/stage';
import { DrivenWorld, within } from '../../src/testing/driven-world';
import { type Claim, type Effort, type Finding, Violation } from '../../src/testing/judge';
import { withConfig } from '../../src/testing/simulated-site';
import { catalogue } from '../../src/world/product';
import { siteOf } from '../sharding/sites';
import { standing } from '../standing';

interface Case {
  readonly seed: number;
  readonly reshardAtMs: number;
  readonly unitsPerSecond: number;
  /** A cache server dies then, and comes back. */
  readonly dies: { readonly atMs: number; readonly downMs: number } | undefined;
}

const users = 8;
const caches = ['cache-1', 'cache-2'];
const lengthMs = 2_500;

export function sharded(effort: Effort): Claim<Case> {
  return {
    ...effort,
    name: 'behind a router nothing older than what was acknowledged is shown out of a cache, while users move',
    draw: fc.record({
      seed: fc.nat({ max: 1_000_000 }),
      reshardAtMs: fc.integer({ min: 1, max: 600 }),
      unitsPerSecond: fc.constantFrom(10, 20, 100),
      dies: fc.option(
        fc.record({ atMs: fc.integer({ min: 1, max: lengthMs }), downMs: fc.integer({ min: 5, max: 500 }) }),
        { nil: undefined },
      ),
    }),
    attempt: (drawn) => within(open(drawn), (world) => attempt(world, drawn)),
    show: (drawn) => {
      const shown = open(drawn);
      return standing(shown, () => void attempt(shown, drawn));
    },
  };
}

function open({ seed }: Case): DrivenWorld {
  const base = siteOf({ restart: 'always', method: 'jump', seedUsers: users });
  const servers: Topology = {
    boxes: caches.map((id, place) => box(`box-${id}`, `10.0.1.${1 + place}`)),
    nodes: caches.map((id) => node(id, 'cache', `box-${id}`, { leaseMs: 20, databases: 'router' })),
  };
  const web = { strategy: 'cache-aside', reads: 'any', gutter: 'miss', cacheMs: 15, cacheProbeMs: 60 };
  const topology = withConfig(together(base, servers), { 'web-1': web, 'web-2': web });
  return new DrivenWorld('sharded, cached', topology, { catalogue, seed });
}

function attempt(world: DrivenWorld, { reshardAtMs, unitsPerSecond, dies }: Case): Finding {
  const watch = new Names();
  const watching = world.events.subscribe((event) => watch.see(event));
  world.run(1_500);
  // Their logs become longer than that of a shard which is not there yet.
  world.load({ loop: 'open', ratePerS: 150, arrivals: 'poisson' }, { users, writes: 0.3, timeoutMs: 1_000 });
  const fromMs = world.nowMs;
  const victim = caches[0] ?? '';
  const steps = [
    { atMs: fromMs + reshardAtMs, run: () => world.reshard({ what: 'add', count: 1 }, { unitsPerSecond }) },
    ...(dies === undefined
      ? []
      : [
          { atMs: fromMs + dies.atMs, run: () => world.kill(victim, { stay: true }) },
          { atMs: fromMs + dies.atMs + dies.downMs, run: () => world.restart(victim) },
        ]),
  ];
  for (const { atMs, run } of steps.sort((a, b) => a.atMs - b.atMs)) {
    world.runTo(atMs);
    run();
  }
  world.runTo(fromMs + lengthMs);
  world.loadStop();
  world.run(1_000);
  watching.unsubscribe();
  watch.demand();
  const [map] = world.shardMaps('sql');
  return watch.fromCaches === 0 || (map?.version ?? 1) === 1 ? 'nothing was cached, or nothing moved' : undefined;
}

interface Asked {
  readonly path: string;
  /** The name that it gives, if it writes. */
  readonly name: string | undefined;
  /** Names that were replaced by then: those of a read must not be shown, those of a write are replaced by it as well. */
  readonly gone: ReadonlySet<string>;
  readonly acknowledged: readonly string[];
}

/** Between the balancer and the web servers: which names a row had, and which of them are over. */
class Names {
  fromCaches = 0;
  private readonly open = new Map<string, Asked>();
  private readonly acknowledged = new Map<string, string[]>();
  private readonly gone = new Map<string, Set<string>>();
  private broken: Violation | undefined;

  see(event: WorldEvent): void {
    if (event.type !== 'sent') return;
    const { id, to, re, body } = event.envelope;
    if (httpRequest.accepts(body) && to.startsWith('web-')) {
      const { path } = body;
      const gone = new Set(this.gone.get(path));
      const acknowledged = this.acknowledged.get(path) ?? [founded];
      this.open.set(`${to} ${id}`, { path, name: lastNameIn(body.body ?? ''), gone, acknowledged });
    } else if (httpResponse.accepts(body) && event.node.startsWith('web-')) {
      const asked = this.open.get(`${event.node} ${re}`);
      if (asked !== undefined && body.status === 200) this.told(asked, body, event.atUs / 1_000);
    }
  }

  /** Throws what was seen that must not be. */
  demand(): void {
    if (this.broken !== undefined) throw this.broken;
  }

  private told({ path, name, gone, acknowledged }: Asked, { body, headers }: Told, atMs: number): void {
    if (name !== undefined) {
      this.acknowledged.set(path, [...(this.acknowledged.get(path) ?? [founded]), name]);
      // What had been acknowledged before this one began is over; of those beside it nobody knows which is the last.
      this.gone.set(path, new Set([...(this.gone.get(path) ?? []), ...acknowledged]));
      return;
    }
    const via = headers['via'] ?? '';
    if (/\bcache-/.test(via)) this.fromCaches++;
    const shown = lastNameIn(body) ?? '';
    if (!gone.has(isWritten(shown) ? shown : founded)) return;
    const text = `${path} at ${Math.round(atMs)} ms by ${via}: ${shown}, which had been replaced before`;
    this.broken ??= new Violation('stale read', text);
  }
}

interface Told {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

function lastNameIn(text: string): string | undefined {
  return /"lastName":"([^"]*)"/.exec(text)?.[1];
}

/** Whatever a user was called at first. */
const founded = 'the name of before';

function isWritten(name: string): boolean {
  return name.startsWith('w-');
}
