/**
 * What a site past a cache promises once more where threads really die: under load, the thread of each cache server is
 * killed, then that of a web server, and no read that began after a write was acknowledged shows what was there before it.
 * Nothing here depends on how long anything takes: only what was acknowledged is judged, and whatever has to come is
 * waited for.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stages } from '../src/stages';
import { withConfig } from '../src/testing/simulated-site';
import { launch } from '../src/world/launch';
import type { LiveWorld } from '../src/world/live-world';
import { eventually, foreverMs, isServing, repair } from './live/patience';
import { isInitial } from './site/durability';
import { demandNothingLost, RegisterHistory } from './site/register-history';

const users = 6;
/** The rows of these users lie on all three. */
const victims = ['cache-1', 'cache-2', 'cache-3', 'web-1'];

test('the threads of cache servers and of a web server die: nothing acknowledged is unseen', {
  timeout: 10 * foreverMs,
}, async (t) => {
  // On a busy machine an answer may be late. Who has not heard of a write has to be dead, and not only slow.
  const web = { cacheMs: foreverMs };
  const config = { 'web-1': web, 'web-2': web, 'db-1': { seedUsers: users, snapshotEntries: 40 } };
  const world = await launch({ ...stages.cache, topology: withConfig(stages.cache.topology, config) });
  const history = new RegisterHistory();
  world.events.subscribe((event) => history.hear(event));
  try {
    await world.load({ loop: 'open', ratePerS: 100, arrivals: 'poisson' }, { users, writes: 0.3, timeoutMs: 1_000 });
    await isServingFromCaches(world, history);
    for (const victim of victims) {
      const host = (await world.census()).nodes.find(({ spec }) => spec.id === victim)?.host;
      assert.ok(host !== undefined);
      await world.killHost(host);
      t.diagnostic(`${victim} died with thread ${host}`);
      await isServingFromCaches(world, history);
    }
    await world.loadStop();
    await repair(world);
    await readBack(world, history);
    demandNothingLost(history.operations, isInitial, false);
    await eventually('each cache server says that it served nothing past its end', async () => {
      const servers = await world.cacheStats();
      return servers.every((one) => 'staleServed' in one && one.staleServed === 0);
    });
  } finally {
    await world.close();
  }
});

/** Some more writes are acknowledged and some more reads answered by a cache, from now on. */
async function isServingFromCaches(world: LiveWorld, history: RegisterHistory): Promise<void> {
  await isServing(history);
  const before = await hits(world);
  await eventually('caches answer reads', async () => (await hits(world)) >= before + 20);
}

/** A web server counts from its own beginning, so the sum may fall: then it grows again. */
async function hits(world: LiveWorld): Promise<number> {
  const { strategies } = await world.strategies();
  return strategies.reduce((sum, strategy) => sum + strategy.hits, 0);
}

/** Reads every user twice, out of whatever cache; events come by another way than answers. */
async function readBack(world: LiveWorld, history: RegisterHistory): Promise<void> {
  const all = Array.from({ length: users }, (_, at) => at + 1);
  for (const user of [...all, ...all]) {
    await eventually(`user ${user} is read`, async () => (await world.get(`/users/${user}`)).status === 200);
  }
  const reads = (): number =>
    history.operations.filter(
      ({ process, f, outcome }) => process.startsWith('app-1') && f === 'read' && outcome === 'ok',
    ).length;
  await eventually('what was read is known', async () => reads() >= 2 * users);
}
