/**
 * What a sharded site promises once more where threads really die: while keys move to a new shard under load, the thread of
 * a shard's primary is killed. Nothing here depends on how long anything takes: only what was acknowledged is judged, where
 * the rows are, and whatever has to come is waited for.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SqlValue } from '../src/protocols/sql';
import { Placer } from '../src/sharding/placement';
import { siteTables } from '../src/sharding/site-tables';
import { sharding } from '../src/stages/sharding';
import { withConfig } from '../src/testing/simulated-site';
import { launch } from '../src/world/launch';
import type { LiveWorld } from '../src/world/live-world';
import { eventually, foreverMs, isServing, killPrimary, repair } from './live/patience';
import { isInitial } from './site/durability';
import { demandNothingLost, RegisterHistory } from './site/register-history';

const users = 12;
/** So slow that somebody dies while keys move. */
const unitsPerSecond = 20;
const firstShard = 'shard-1';

test('a shard is added, the thread of a primary dies meanwhile: nothing acknowledged is lost, each row is in one shard', {
  timeout: 10 * foreverMs,
}, async (t) => {
  const world = await launch({ ...sharding, topology: small() });
  const history = new RegisterHistory();
  world.events.subscribe((event) => history.hear(event));
  try {
    const before = await rowsByTable(world, await shardsOf(world));
    await world.load({ loop: 'open', ratePerS: 60, arrivals: 'poisson' }, { users, writes: 0.5, timeoutMs: 1_000 });
    await isServing(history);
    await eventually('the move begins', async () => {
      await world.reshard({ what: 'add', count: 1 }, { unitsPerSecond });
      return true;
    });
    await eventually('keys move', async () => (await moveOf(world)).done >= 1);
    t.diagnostic(await killPrimary(world, firstShard));
    const { state, done, slices } = await moveOf(world);
    t.diagnostic(`then ${done} of ${slices} slices had moved`);
    assert.equal(state, 'moving', 'the move was over before anybody died');
    await eventually('it may go as fast as it goes', async () => {
      if ((await moveOf(world)).state === 'done') return true;
      await world.steerMove('rate', { unitsPerSecond: 0 });
      return true;
    });
    await isServing(history);
    await eventually('the move ends', async () => (await moveOf(world)).state === 'done');
    await isServing(history);
    await world.loadStop();
    await repair(world);
    await readBack(world, history);
    demandNothingLost(history.operations, isInitial);
    await demandEachInOneShard(world, before);
  } finally {
    await world.close();
  }
});

/** Few users, and snapshots so early that there are some. */
function small(): typeof sharding.topology {
  const databases = sharding.topology.nodes.filter(({ kind }) => kind === 'db');
  return withConfig(
    sharding.topology,
    Object.fromEntries(databases.map(({ id }) => [id, { seedUsers: users, snapshotEntries: 40 }])),
  );
}

type Move = Awaited<ReturnType<LiveWorld['moves']>>['moves'][number];

async function moveOf(world: LiveWorld): Promise<Move> {
  let move: Move | undefined;
  await eventually('somebody knows of the move', async () => {
    [move] = (await world.moves()).moves;
    return move !== undefined;
  });
  assert.ok(move !== undefined);
  return move;
}

/** Reads every user once; events come by another way than answers. */
async function readBack(world: LiveWorld, history: RegisterHistory): Promise<void> {
  const all = Array.from({ length: users }, (_, at) => at + 1);
  for (const user of all) {
    await eventually(`user ${user} is read`, async () => (await world.get(`/users/${user}`)).status === 200);
  }
  const known = (): Set<string> =>
    new Set(
      history.operations.flatMap(({ process, f, key, outcome }) =>
        process.startsWith('app-1') && f === 'read' && outcome === 'ok' ? [key] : [],
      ),
    );
  await eventually('what was read is known', async () => all.every((user) => known().has(`user:${user}`)));
}

async function shardsOf(world: LiveWorld): Promise<readonly string[]> {
  let shards: readonly string[] = [];
  await eventually('somebody knows the map', async () => {
    shards = (await world.shardMaps('sql'))[0]?.base.shards ?? [];
    return shards.length > 0;
  });
  return shards;
}

/** What one shard itself says that it has. */
async function rowsIn(world: LiveWorld, shard: string, question: string): Promise<readonly (readonly SqlValue[])[]> {
  let rows: readonly (readonly SqlValue[])[] = [];
  await eventually(`${shard} tells what it has`, async () => {
    const answer = await world.sql(question, { at: shard });
    if (answer.outcome !== 'done') return false;
    rows = answer.rows;
    return true;
  });
  return rows;
}

/** What waits to be delivered comes and goes. */
const tables = siteTables.flatMap(({ table }) => (table === 'outbox' ? [] : [table]));
const counting = `SELECT ${tables.map((table) => `(SELECT count(*) FROM ${table})`).join(', ')}`;

/** How many rows each table has in all shards together. */
async function rowsByTable(world: LiveWorld, shards: readonly string[]): Promise<object> {
  const counts = new Map(tables.map((table) => [table, 0]));
  for (const shard of shards) {
    const [found = []] = await rowsIn(world, shard, counting);
    for (const [at, table] of tables.entries()) counts.set(table, (counts.get(table) ?? 0) + Number(found[at]));
  }
  return Object.fromEntries(counts);
}

async function demandEachInOneShard(world: LiveWorld, before: object): Promise<void> {
  const [map] = await world.shardMaps('sql');
  assert.ok(map !== undefined && map.move === undefined, 'the map says that something still moves');
  const { shards } = map.base;
  assert.equal(shards.length, 5);
  const placer = new Placer(map.base);
  const seen: SqlValue[] = [];
  for (const shard of shards) {
    for (const [id = null] of await rowsIn(world, shard, 'SELECT id FROM users')) {
      assert.ok(typeof id === 'number' && placer.place(id) === shard, `${shard} has user ${id}, and should not`);
      seen.push(id);
    }
  }
  const all = Array.from({ length: users }, (_, at) => at + 1);
  assert.deepEqual(
    seen.sort((a, b) => Number(a) - Number(b)),
    all,
  );
  assert.deepEqual(await rowsByTable(world, shards), before);
}
