/** Rows past a cache in front of shards: of each shard's log a cache knows nothing but what the map says of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CacheInvalidate, cacheHeard } from '../../../protocols/invalidation';
import { sharding } from '../../../stages/sharding';
import { box, node, type Stage, together } from '../../../stages/stage';
import { type Site, simulatedSite } from '../../../testing/simulated-site';

const users = 12;
const ids = Array.from({ length: users }, (_, place) => place + 1);

function shardsBehindCaches(db: object = {}): Site {
  const caches = ['cache-1', 'cache-2'];
  const stage: Stage = {
    ...sharding,
    topology: together(sharding.topology, {
      boxes: caches.map((id, place) => box(`box-${id}`, `10.0.1.${1 + place}`)),
      nodes: caches.map((id) => node(id, 'cache', `box-${id}`, { leaseMs: 50, databases: 'router' })),
    }),
  };
  const cached = { strategy: 'cache-aside', reads: 'any', gutter: 'miss' };
  const databases = sharding.topology.nodes.filter(({ kind }) => kind === 'db');
  const small = Object.fromEntries(databases.map(({ id }) => [id, { seedUsers: users, ...db }]));
  return simulatedSite({ stage, config: { ...small, 'web-1': cached, 'web-2': cached } });
}

const origin = (site: Site, user: number, headers: Readonly<Record<string, string>> = {}): string =>
  site.get(`/users/${user}`, { headers }).via.at(-1) ?? '';

const lastName = (site: Site, user: number): unknown => JSON.parse(site.get(`/users/${user}`).body).lastName;

function written(site: Site, user: number, name: string): void {
  assert.equal(site.patch(`/users/${user}`, { lastName: name }).status, 200);
}

test("what is cached has the place in its shard's log, and the version of the map by which that was found", () => {
  const site = shardsBehindCaches();
  assert.match(origin(site, 7), /^router/);
  assert.match(origin(site, 7), /^cache/);
  const key = 'row:user:7';
  const kept = site.cache({ kind: 'cache.get', key });
  assert.ok(kept.kind === 'cache.value');
  assert.deepEqual([kept.log, kept.epoch], ['shard-4', 1]);
  assert.ok((kept.version ?? 0) > 0);
});

test('a place in a log means nothing behind a router: who has seen one is answered by the shard, and is told none', () => {
  const site = shardsBehindCaches();
  origin(site, 7);
  const told = site.get('/users/7');
  assert.match(told.via.at(-1) ?? '', /^cache/);
  assert.equal(told.headers['x-position'], undefined);
  assert.match(origin(site, 7, { 'x-freshness': 'session', 'x-position': '1' }), /^router/);
  assert.match(origin(site, 7, { 'x-freshness': 'session', 'x-position': '0' }), /^cache/);
});

test('a row that is cached and moves to another shard is dropped by what is written there, however short that log is', () => {
  const site = shardsBehindCaches();
  // The logs of the shards that are there become longer than that of the new one will be.
  for (let round = 0; round < 40; round++) written(site, ids[round % users] ?? 1, `Round ${round}`);
  site.run('1s');
  for (const user of ids) assert.match(origin(site, user), /^router/);
  site.reshard({ what: 'add', count: 1 });
  const known = new Map<number, string>();
  for (let second = 0; second < 60 && site.moves().moves.some(({ state }) => state !== 'done'); second++) {
    const user = ids[second % users] ?? 1;
    known.set(user, `Second ${second}`);
    written(site, user, `Second ${second}`);
    for (const [one, name] of known) assert.equal(lastName(site, one), name);
    site.run('200ms');
  }
  const [map] = site.shardMaps('sql');
  assert.ok((map?.version ?? 0) > 1, 'users have moved');
  for (const user of ids) {
    written(site, user, `King ${user}`);
    assert.equal(lastName(site, user), `King ${user}`);
  }
  site.run('1s');
  for (const user of ids) origin(site, user);
  for (const user of ids) assert.match(origin(site, user), /^cache/);
});

test('each shard tells the cache out of its own log, and says whose', () => {
  const site = shardsBehindCaches({ caches: ['cache'] });
  site.run('1s');
  for (const user of ids) origin(site, user);
  for (const user of ids) assert.match(origin(site, user), /^cache/);
  for (const user of ids) {
    site.sql(`UPDATE users SET last_name = 'King ${user}' WHERE id = ${user}`);
    site.run('5ms');
    assert.equal(lastName(site, user), `King ${user}`);
  }
  assert.deepEqual(
    site.acts.filter((act) => act.includes(': empty ')),
    [],
  );
  const told = site.ask('cache-1', nothingNew('shard-1'));
  assert.ok(cacheHeard.accepts(told) && told.upTo !== undefined && told.upTo.position > 1, JSON.stringify(told));
  const nobody = site.ask('cache-1', nothingNew('shard-9'));
  assert.ok(cacheHeard.accepts(nobody) && nobody.upTo === undefined);
});

function nothingNew(log: string): CacheInvalidate {
  const place = { position: 0, term: 0 };
  return { kind: 'cache.invalidate', log, office: 0, from: place, upTo: place, changed: [] };
}
