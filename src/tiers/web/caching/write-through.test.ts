/** Rows written through a cache whose servers agree on their ring. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { completesAfterMs, servingMs } from '../../../protocols/agreed-ring';
import { CacheRing } from '../../../protocols/cache-ring';
import { stages } from '../../../stages';
import { type Site, simulatedSite } from '../../../testing/simulated-site';

const key = 'row:user:12';
const servers = ['cache-1', 'cache-2', 'cache-3'];

/** A site whose servers have agreed on their first ring. */
function site(web: object = {}): Site {
  const config = { 'web-1': web, 'web-2': web, 'db-1': { seedUsers: 20 } };
  const made = simulatedSite({ stage: stages.cache, config });
  made.strategy('write-through');
  made.run('4s');
  return made;
}

const origin = (of: Site): string => of.get('/users/12').via.at(-1) ?? '';
const lastName = (of: Site): unknown => JSON.parse(of.get('/users/12').body).lastName;
const home = new CacheRing(servers).serverOf(key) ?? '';

interface Row {
  readonly epoch: number;
  readonly servers: string;
  readonly nextEpoch: unknown;
}

function ring(of: Site): Row {
  const answer = of.sql('SELECT epoch, servers, next_epoch FROM cache_ring');
  assert.ok(answer.outcome === 'done');
  const [epoch, members, nextEpoch] = answer.rows[0] ?? [];
  const ids = String(members)
    .split(',')
    .map((one) => one.split(' ')[0]);
  return { epoch: Number(epoch), servers: ids.join(' '), nextEpoch };
}

/** How long something takes, in milliseconds. */
function ms(of: Site, what: () => void): number {
  const fromUs = of.nowUs;
  what();
  return (of.nowUs - fromUs) / 1_000;
}

describe('write-through', () => {
  test('what is written is in the cache, at whichever web server it is read', () => {
    const made = site();
    for (const name of ['King', 'Byron', 'Lovelace']) {
      assert.equal(made.patch('/users/12', { lastName: name }).status, 200);
      assert.deepEqual([lastName(made), lastName(made), origin(made)], [name, name, home]);
    }
    assert.equal(made.strategies().strategies.find(({ isSet }) => isSet)?.queries, 0);
  });

  test('who misses fills, and what is deleted is gone', () => {
    const made = site();
    assert.deepEqual([origin(made), origin(made), origin(made)], ['db-1', home, home]);
    assert.equal(made.delete('/users/12').status, 204);
    assert.equal(made.get('/users/12').status, 404);
    const address = { streetAddress: '', city: '', state: '', postalCode: '' };
    made.post('/users', { id: 12, firstName: 'Ada', lastName: 'King', address });
    assert.equal(lastName(made), 'King');
    assert.equal(origin(made), home);
  });

  test('who wants the newest is answered by the database', () => {
    const made = site();
    origin(made);
    assert.equal(made.get('/users/12', { headers: { 'x-freshness': 'newest' } }).via.at(-1), 'db-1');
  });

  test('a write waits until a dead server is out of the ring, and the next one does not', () => {
    const made = site();
    origin(made);
    made.kill(home, { stay: true });
    const first = ms(made, () => assert.equal(made.patch('/users/12', { lastName: 'King' }).status, 200));
    assert.ok(first > completesAfterMs && first < completesAfterMs + 200, `${first} ms`);
    assert.equal(ring(made).servers, servers.filter((id) => id !== home).join(' '));
    const second = ms(made, () => assert.equal(made.patch('/users/12', { lastName: 'Byron' }).status, 200));
    assert.ok(second < 50, `${second} ms`);
    assert.equal(lastName(made), 'Byron');
    const { strategies, agreed } = made.strategies();
    assert.equal(strategies.find(({ isSet }) => isSet)?.heldWrites, 1);
    assert.deepEqual([agreed?.leftOut, agreed?.servers.length], [[home], 2]);
    const { servers: shown, states, key: found } = made.ringNow(key);
    assert.equal(states[home], 'dead');
    assert.equal(shown.find(({ node }) => node === home)?.share, 0);
    assert.match(found?.home ?? '', /^cache/);
    assert.notEqual(found?.home, home);
  });

  test('who only reads leaves a dead server out as well, and is not held up', () => {
    const made = site();
    made.kill(home, { stay: true });
    for (let i = 0; i < 8; i++) assert.ok(ms(made, () => assert.equal(origin(made), 'db-1')) < 100);
    made.run('2s');
    assert.ok(!ring(made).servers.includes(home));
    assert.equal(origin(made), 'db-1');
    assert.match(origin(made), /^cache/);
  });

  test('who has no time to wait for that is told that it is done and not acknowledged', () => {
    const made = site();
    made.kill(home, { stay: true });
    const { status, body } = made.patch('/users/12', { lastName: 'King' }, { timeout: '600ms' });
    assert.equal(status, 504);
    assert.match(body, /did not answer/);
    assert.equal(made.get('/users/12', { headers: { 'x-freshness': 'newest' } }).status, 200);
  });

  test('a server that was left out comes back with nothing', () => {
    const made = site();
    origin(made);
    made.pause(home);
    made.patch('/users/12', { lastName: 'King' });
    made.resume(home);
    made.run('5s');
    assert.equal(ring(made).servers, servers.join(' '));
    assert.deepEqual([lastName(made), lastName(made), origin(made)], ['King', 'King', home]);
  });

  test('a server that restarts at once is in the same ring, and empty', () => {
    const made = site();
    origin(made);
    const { epoch } = ring(made);
    made.kill(home, { stay: true });
    made.restart(home);
    made.run('1s');
    assert.deepEqual([origin(made), origin(made), ring(made).epoch], ['db-1', home, epoch]);
  });

  test('one that is cut off from the database gives nothing out, loses nothing and holds up no write', () => {
    const made = site();
    origin(made);
    const { epoch } = ring(made);
    const { fault } = made.fault({ kind: 'partition', a: home, b: 'db-1' });
    made.run(servingMs);
    assert.equal(origin(made), 'db-1');
    assert.ok(ms(made, () => assert.equal(made.patch('/users/12', { lastName: 'King' }).status, 200)) < 100);
    made.unfault(fault);
    made.run('1s');
    assert.deepEqual([lastName(made), lastName(made), origin(made)], ['King', 'King', home]);
    assert.equal(ring(made).epoch, epoch);
  });

  test('one that is spawned later takes part, and one that is retired is left out', () => {
    const made = site();
    const keys = Array.from({ length: 20 }, (_, place) => place + 1);
    for (const id of keys) made.get(`/users/${id}`);
    made.spawn('cache');
    made.run('3s');
    assert.equal(ring(made).servers, 'cache-1 cache-2 cache-3 cache-4');
    const next = new CacheRing([...servers, 'cache-4']);
    const [moved = 0] = keys.filter((id) => next.serverOf(`row:user:${id}`) === 'cache-4');
    made.patch(`/users/${moved}`, { lastName: 'King' });
    // Who has not heard of the new ring asks the old home, and hears of it.
    made.get(`/users/${moved}`);
    assert.equal(made.get(`/users/${moved}`).via.at(-1), 'cache-4');
    made.retire('cache-4');
    made.patch(`/users/${moved}`, { lastName: 'Byron' });
    assert.match(made.get(`/users/${moved}`).body, /Byron/);
    assert.equal(ring(made).servers, servers.join(' '));
  });

  test('with no cache server left the site goes on', () => {
    const made = site();
    for (const id of servers) made.kill(id, { stay: true });
    for (let i = 0; i < 4; i++) made.patch('/users/12', { lastName: 'King' });
    assert.equal(ring(made).servers, '');
    assert.equal(made.patch('/users/12', { lastName: 'Byron' }).status, 200);
    assert.equal(lastName(made), 'Byron');
  });

  test('a row that somebody puts there by hand is not taken', () => {
    const made = site();
    const said = made.cache({ kind: 'cache.set', key, value: '{}', seconds: 60 });
    assert.ok(said.kind === 'cache.failure');
    assert.equal(said.because, 'ring');
    assert.equal(made.cache({ kind: 'cache.set', key: 'mine', value: '1', seconds: 60 }).kind, 'cache.stored');
  });

  test('another strategy goes by no agreed ring', () => {
    const made = site();
    made.strategy('cache-aside');
    assert.deepEqual([origin(made), origin(made)], ['db-1', home]);
    made.strategy('write-through');
    made.run('3s');
    assert.deepEqual([origin(made), origin(made)], ['db-1', home]);
  });
});

describe('where rows cannot be written through', () => {
  test('behind a router there is no one log', () => {
    const made = simulatedSite({ stage: stages.sharding });
    assert.throws(() => made.strategy('write-through'), /needs cache servers|one database whose log/);
    made.spawn('cache');
    assert.throws(() => made.strategy('write-through'), /rows are behind router-1; try cache-aside/);
  });
});
