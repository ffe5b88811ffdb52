/** The sharding stage as a whole: many machines that look like one database, also while some of them die. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Body } from '../kernel/envelope';
import { type SqlResult, sqlResult } from '../protocols/sql';
import { type Site, simulatedSite } from '../testing/simulated-site';
import { sharding } from './sharding';

const users = 40;

function site(seed = 1): Site {
  const databases = sharding.topology.nodes.filter(({ kind }) => kind === 'db');
  const config = Object.fromEntries(databases.map(({ id }) => [id, { seedUsers: users }]));
  return simulatedSite({ stage: sharding, config, seed });
}

function sql(at: Site, statement: string, router = 'router-1'): SqlResult {
  const question = { kind: 'sql.execute', statement, parameters: [] };
  const answer: Body = at.ask(router, question);
  assert.ok(sqlResult.accepts(answer), JSON.stringify(answer));
  return answer;
}

const ada = {
  firstName: 'Ada',
  lastName: 'Lovelace',
  address: { streetAddress: '1 Main Street', city: 'Boston', state: 'MA', postalCode: '02108' },
  phoneNumbers: ['617 555-0100', '617 555-0101'],
};

test('it looks like one database: single users, pages of them, new ones, changed ones', () => {
  const here = site();
  for (let id = 1; id <= users; id++) assert.equal(JSON.parse(here.get(`/users/${id}`).body).id, id);
  const made = here.post('/users', ada);
  assert.equal(made.status, 201, made.body);
  const { id } = JSON.parse(made.body);
  assert.deepEqual(JSON.parse(here.get(`/users/${id}`).body), { id, ...ada });
  assert.equal(JSON.parse(here.patch(`/users/${id}`, { lastName: 'King' }).body).lastName, 'King');
  const seen: number[] = [];
  for (let path: string | undefined = '/users?limit=7'; path !== undefined; ) {
    const page: { users: { id: number }[]; next?: string } = JSON.parse(here.get(path).body);
    seen.push(...page.users.map((user) => user.id));
    path = page.next;
  }
  assert.deepEqual(seen, [...Array.from({ length: users }, (_, at) => at + 1), id]);
  assert.equal(here.delete(`/users/${id}`).status, 204);
  assert.equal(here.get(`/users/${id}`).status, 404);
});

test('each shard has its own users and no others; together they have all', () => {
  const here = site();
  const all = sql(here, 'SELECT id FROM users ORDER BY id');
  assert.deepEqual(
    all.rows.map(([id]) => id),
    Array.from({ length: users }, (_, at) => at + 1),
  );
  assert.deepEqual(all.route?.shards, ['shard-1', 'shard-2', 'shard-3', 'shard-4']);
  for (const [shard, database] of ['db-1', 'db-4', 'db-7', 'db-10'].entries()) {
    const question = {
      kind: 'sql.execute',
      statement: 'SELECT DISTINCT id % 4 FROM users',
      parameters: [],
      freshness: 'any',
    };
    const answer = here.ask(database, question);
    assert.ok(sqlResult.accepts(answer), JSON.stringify(answer));
    assert.deepEqual(answer.rows, [[shard]]);
  }
});

test('a router dies, and hardly anybody notices', () => {
  const here = site();
  here.kill('router-1', { stay: true });
  const statuses = Array.from({ length: 12 }, (_, at) => here.get(`/users/${at + 1}`).status);
  assert.deepEqual(new Set(statuses), new Set([200]));
  assert.equal(here.post('/users', ada).status, 201);
});

test('the primary of a shard dies: what was acknowledged is there, and soon it goes on', () => {
  const here = site();
  const { id } = JSON.parse(here.post('/users', ada).body);
  const shard = ['db-1', 'db-4', 'db-7', 'db-10'][id % 4] ?? '';
  const number = Number(shard.slice(3));
  const copies = [number, number + 1, number + 2].map((one) => `db-${one}`);
  const primary = copies.find((copy) => {
    const standing = here.ask(copy, { kind: 'replication.status' });
    return 'role' in standing && standing.role === 'primary';
  });
  assert.ok(primary !== undefined, 'the shard has no primary');
  here.kill(primary, { stay: true });
  here.run('3s');
  assert.deepEqual(JSON.parse(here.get(`/users/${id}`).body), { id, ...ada });
  assert.equal(here.patch(`/users/${id}`, { lastName: 'King' }).status, 200);
  assert.equal(sql(here, 'SELECT count(*) FROM users').rows[0]?.[0], users + 1);
});

test('two of those who keep the maps die: who knows the map goes on, and new ids are in stock for a while', () => {
  const here = site();
  assert.equal(here.post('/users', ada).status, 201);
  here.kill('placement-1', { stay: true });
  here.kill('placement-2', { stay: true });
  assert.equal(here.get('/users/12').status, 200);
  assert.equal(sql(here, 'SELECT count(*) FROM users').rows[0]?.[0], users + 1);
});

test('while keys move, every scan finds each user once, and every user is found', () => {
  const here = site();
  here.reshard({ what: 'method', method: 'rendezvous' });
  const versions = new Set<unknown>();
  let isOver = false;
  for (let round = 0; round < 500 && !isOver; round++) {
    const scan = sql(here, 'SELECT id FROM users ORDER BY id', `router-${1 + (round % 2)}`);
    assert.deepEqual(
      scan.rows.map(([id]) => id),
      Array.from({ length: users }, (_, at) => at + 1),
    );
    assert.equal(here.get(`/users/${1 + (round % users)}`).status, 200);
    versions.add(here.shardMaps()[0]?.version);
    isOver = here.moves().moves.every(({ state }) => state === 'done');
  }
  assert.ok(isOver, 'the move does not end');
  assert.ok(versions.size > 3, `scans by ${versions.size} versions of the map`);
  assert.ok(here.shards().shards.every(({ keys }) => keys > 0));
});

test('a move is taken right after whoever keeps the map has died: another one is elected within its time', () => {
  const here = site();
  here.run('1s');
  const { decides = '' } = here.moves();
  here.kill(decides, { stay: true });
  const move = here.reshard({ what: 'method', method: 'rendezvous' });
  assert.equal(move.text, 'to rendezvous');
  assert.notEqual(here.moves().decides, decides);
});
