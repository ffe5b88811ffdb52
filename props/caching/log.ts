/**
 * Claim: where databases tell the cache what was written, a while after the last accident no cache holds a row that is not
 * what the database has: whoever died, the primary that had not told yet, the server that was to hear of it, or the web
 * server that had read the row. Web servers themselves tell the cache nothing here.
 */
import fc from 'fast-check';
import { cacheKeys } from '../../src/protocols/cache-keys';
import { decoded } from '../../src/protocols/cached-row';
import { type CachedSite, cachedSite, cachedSiteNames } from '../../src/testing/cached-sites';
import { DrivenWorld, within } from '../../src/testing/driven-world';
import { type Claim, type Effort, type Finding, Violation } from '../../src/testing/judge';
import { catalogue } from '../../src/world/product';
import { standing } from '../standing';

const victims = ['primary', 'web-1', 'cache-1', 'cache-2', 'gutter-1'] as const;

interface Accident {
  readonly how: 'kill' | 'pause' | 'cut';
  readonly victim: (typeof victims)[number];
  /** How long it lasts, and how long it then goes well. */
  readonly downMs: number;
  readonly upMs: number;
}

interface Case {
  readonly seed: number;
  readonly databases: CachedSite;
  readonly mode: 'async' | 'semi-sync';
  readonly accidents: readonly Accident[];
}

const users = 24;
const cachedOn = ['cache-1', 'cache-2', 'gutter-1'];
/** Long enough to make somebody primary, and to tell a server again that was silent. */
const settleMs = 4_000;

/** What is set beside: who tells the cache, who does not, and who alone suffers. */
export interface Telling {
  readonly web?: object;
  readonly db?: object;
  readonly victim?: Accident['victim'];
}

export function log(effort: Effort, telling: Telling = {}): Claim<Case> {
  const suffering: readonly Accident['victim'][] =
    telling.victim === undefined ? ['primary', ...victims] : [telling.victim];
  return {
    ...effort,
    name: 'what was written is told to every cache out of the log, whoever wrote it and whoever dies',
    draw: fc.record({
      seed: fc.nat({ max: 1_000_000 }),
      databases: fc.constantFrom<CachedSite[]>(...cachedSiteNames),
      mode: fc.constantFrom<Case['mode'][]>('async', 'semi-sync'),
      accidents: fc.array(
        fc.record({
          how: fc.constantFrom<Accident['how'][]>('kill', 'kill', 'pause', 'cut'),
          victim: fc.constantFrom(...suffering),
          downMs: fc.integer({ min: 5, max: 1_500 }),
          upMs: fc.integer({ min: 0, max: 300 }),
        }),
        { minLength: 1, maxLength: 4, size: 'max' },
      ),
    }),
    attempt: (drawn) => within(open(drawn, telling), (world) => attempt(world, drawn)),
    show: (drawn) => {
      const shown = open(drawn, telling);
      return standing(shown, () => void attempt(shown, drawn));
    },
  };
}

function open({ seed, databases, mode }: Case, { web, db }: Telling): DrivenWorld {
  const appointed = databases === 'appointed' ? { mode } : {};
  const topology = cachedSite(databases, {
    web: { strategy: 'write-around', cacheMs: 15, cacheProbeMs: 60, ...web },
    db: { seedUsers: users, seedPosts: 0, snapshotEntries: 40, ...appointed, ...db },
  });
  return new DrivenWorld(`cached, ${databases}`, topology, { catalogue, seed });
}

function attempt(world: DrivenWorld, { accidents }: Case): Finding {
  world.run(1_500);
  // A web server that is far from the database has read what may be old when it comes to the cache with it.
  world.fault({ kind: 'slow', a: 'web-1', b: 'db-*', ms: 20 });
  world.load({ loop: 'open', ratePerS: 200, arrivals: 'poisson' }, { users, writes: 0.2, timeoutMs: 1_000 });
  world.run(100);
  for (const { how, victim, downMs, upMs } of accidents) {
    const name = victim === 'primary' ? (world.replicas().primary ?? 'db-1') : victim;
    const atMs = world.nowMs;
    if (how === 'cut') world.fault({ kind: 'partition', a: name, b: name.startsWith('db-') ? 'cache-*' : 'db-*' });
    else {
      const verb = how === 'kill' ? 'kill' : 'pause';
      const stay = how === 'kill' ? { stay: true } : {};
      world.carryOut([{ atMs, command: { verb, node: name, ...stay } }], atMs);
    }
    world.run(downMs);
    // Most of the time somebody else fails while one is still away.
    if (upMs >= 100) world.repair();
    world.run(upMs);
  }
  world.loadStop();
  // Who is away still is, while the others read once more.
  world.load({ loop: 'open', ratePerS: 200, arrivals: 'poisson' }, { users, timeoutMs: 1_000 });
  world.run(200);
  world.loadStop();
  world.repair();
  world.run(settleMs);
  demandSame(world);
  const [found] = world.strategies().strategies;
  const { hits = 0, writes = 0 } = found ?? {};
  return hits === 0 || writes === 0 ? 'nothing was cached, or nothing was written' : undefined;
}

/** Compares what every cache server holds with what the database has. */
function demandSame(world: DrivenWorld): void {
  const found = world.sql('SELECT id, last_name, version FROM users ORDER BY id');
  if (found.outcome !== 'done') throw new Violation('does not come to rest', 'the database does not answer');
  for (const [id, name, version] of found.rows) {
    const key = cacheKeys.user(Number(id));
    for (const at of cachedOn) {
      const kept = world.cache({ kind: 'cache.get', key }, { at });
      if (kept.kind !== 'cache.value') continue;
      const row = decoded(kept.value);
      if (row?.rows[0]?.includes(String(name)) === true && row.writeId === String(version)) continue;
      const here = `${at} has version ${row?.writeId} of ${key}`;
      throw new Violation(
        'stale copy',
        `${here}, and the database ${version} (${name}), ${settleMs} ms after all was mended`,
      );
    }
  }
}
