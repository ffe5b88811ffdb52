/** Rows that are written to a cache before the database has them, as users of a site see it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stages } from '../../../stages';
import { type Site, simulatedSite } from '../../../testing/simulated-site';
import { Refusal } from '../../../world/quantities';

const key = 'row:user:12';

function siteWith(cache: object = {}): Site {
  const web = { strategy: 'write-back' };
  const servers = { 'cache-1': cache, 'cache-2': cache, 'cache-3': cache };
  const config = { 'web-1': web, 'web-2': web, ...servers, 'db-1': { seedUsers: 20 } };
  return simulatedSite({ stage: stages.cache, config });
}

const homeOf = (site: Site): string => site.ring(key).key?.home ?? '';

const lastName = (site: Site, headers: Readonly<Record<string, string>> = {}): unknown =>
  JSON.parse(site.get('/users/12', { headers }).body).lastName;

const write = (site: Site, name: string, headers: Readonly<Record<string, string>> = {}) =>
  site.patch('/users/12', { lastName: name }, { headers });

/** What the database has. */
function stored(site: Site): unknown {
  const answer = site.sql('SELECT last_name FROM users WHERE id = 12');
  return answer.outcome === 'done' ? answer.rows[0]?.[0] : undefined;
}

const sum = (site: Site, what: 'puts' | 'flushed' | 'coalesced' | 'conflicts' | 'dirty'): number =>
  site.writesBehind().servers.reduce((total, server) => total + server[what], 0);

describe('a write', () => {
  test('is seen at once by everybody who asks the home of the key, also for the newest, and later by the database', () => {
    const site = siteWith();
    const before = stored(site);
    assert.equal(write(site, 'King').status, 200);
    assert.deepEqual([lastName(site), lastName(site), stored(site)], ['King', 'King', before]);
    assert.equal(lastName(site, { 'x-freshness': 'newest' }), 'King');
    assert.equal(lastName(site, { 'x-freshness': 'session', 'x-position': '999' }), 'King');
    site.run('2s');
    assert.deepEqual([lastName(site), stored(site), sum(site, 'dirty')], ['King', 'King', 0]);
  });

  test('and those that follow it until then take one transaction', () => {
    const site = siteWith();
    for (const name of ['A', 'B', 'C', 'D']) assert.equal(write(site, name).status, 200);
    assert.equal(site.patch('/users/12', { phoneNumbers: ['123-4567'] }).status, 200);
    site.run('2s');
    assert.deepEqual([sum(site, 'puts'), sum(site, 'flushed'), sum(site, 'coalesced')], [5, 1, 4]);
    assert.equal(stored(site), 'D');
    const phones = site.sql('SELECT number FROM phone_numbers WHERE user_id = 12');
    assert.deepEqual(phones.outcome === 'done' && phones.rows, [['123-4567']]);
  });

  test('has a tag of its own, by which the next one can be bound to it before and after the database has it', () => {
    const site = siteWith();
    const first = write(site, 'A').headers['etag'] ?? '';
    const second = write(site, 'B', { 'if-match': first }).headers['etag'] ?? '';
    assert.notEqual(first, second);
    assert.equal(write(site, 'C', { 'if-match': first }).status, 412);
    assert.equal(site.get('/users/12', { headers: { 'if-none-match': second } }).status, 304);
    site.run('2s');
    const third = site.get('/users/12').headers['etag'] ?? '';
    assert.match(third, /^"\d+"$/);
    assert.equal(write(site, 'D', { 'if-match': second }).status, 200);
    assert.equal(write(site, 'E', { 'if-match': third }).status, 412);
    assert.equal(lastName(site), 'D');
  });

  test('of a user who is not there is refused as ever', () => {
    const site = siteWith();
    assert.equal(site.patch('/users/77', { lastName: 'A' }).status, 404);
    assert.equal(site.patch('/users/77', { lastName: 'A' }).status, 404);
  });

  test('that does not fit into the cache goes to the database', () => {
    const site = siteWith({ entryBytesMax: 100 });
    assert.equal(write(site, 'King').status, 200);
    assert.deepEqual([stored(site), sum(site, 'puts')], ['King', 0]);
  });
});

describe('what is more than a change of one row', () => {
  test('goes to the database, and what the cache holds of the row goes there first', () => {
    const site = siteWith();
    write(site, 'King');
    const { etag = '' } = site.get('/users/12').headers;
    assert.equal(site.delete('/users/12', { headers: { 'if-match': '"0"' } }).status, 412);
    assert.deepEqual([stored(site), etag.includes('#')], ['King', true]);
    write(site, 'Byron');
    assert.equal(site.delete('/users/12').status, 204);
    assert.equal(site.get('/users/12').status, 404);
    site.run('2s');
    assert.deepEqual([stored(site), sum(site, 'conflicts')], [undefined, 0]);
  });

  test('whoever writes past the cache is not written over, and what that costs is reported', () => {
    const site = siteWith();
    const id = write(site, 'King').headers['etag'];
    site.sql(`UPDATE users SET city = 'Rome' WHERE id = 12`);
    site.run('2s');
    const { city } = JSON.parse(site.get('/users/12').body).address;
    assert.equal(city, 'Rome');
    const [lost] = site.writesBehind().reported;
    assert.deepEqual([`"${lost?.id}"`, lost?.key, lost?.fate], [id, key, 'conflict']);
  });
});

describe('the home of a key dies', () => {
  test('exactly what the database did not have is reported, and writes go on', () => {
    const site = siteWith();
    write(site, 'King');
    site.run('2s');
    const ids = ['A', 'B'].map((name) => write(site, name).headers['etag']);
    site.kill(homeOf(site));
    const { reported, unaccounted } = site.writesBehind();
    assert.deepEqual(
      reported.map(({ id, fate }) => [`"${id}"`, fate]),
      ids.map((id) => [id, 'lost']),
    );
    assert.deepEqual(unaccounted, []);
    assert.equal(stored(site), 'King');
    assert.equal(write(site, 'C').status, 200);
    site.run('5s');
    assert.deepEqual([lastName(site), stored(site)], ['C', 'C']);
    assert.equal(site.writesBehind().reported.length, 2);
  });

  test('whoever kept its ledger may have died before: another one does by then', () => {
    const site = siteWith();
    write(site, 'King');
    const home = homeOf(site);
    const ledger = site.writesBehind().servers.find(({ node }) => node === home)?.ledger ?? '';
    site.fault({ kind: 'partition', a: home, b: 'db-1' });
    site.kill(ledger);
    site.run('2s');
    site.kill(home);
    assert.deepEqual(
      site.writesBehind().reported.map(({ key: of }) => of),
      [key],
    );
  });

  test('if both die at once it is said that nobody can tell', () => {
    const site = siteWith();
    write(site, 'King');
    const home = homeOf(site);
    const ledger = site.writesBehind().servers.find(({ node }) => node === home)?.ledger ?? '';
    site.kill(ledger);
    site.kill(home);
    const { reported, unaccounted } = site.writesBehind();
    assert.deepEqual(reported, []);
    assert.deepEqual(unaccounted, [{ server: home, life: 1, ledger }]);
  });
});

describe('nothing is lost', () => {
  test('by a switch of strategies; and it is refused while the database does not take what the cache has', () => {
    const site = siteWith();
    write(site, 'King');
    site.pause('db-1');
    const switching = (): unknown => site.strategy('cache-aside');
    assert.throws(
      switching,
      (failure) => failure instanceof Refusal && /stays write-back.*1 write/.test(failure.message),
    );
    site.resume('db-1');
    write(site, 'Byron');
    site.strategy('cache-aside');
    assert.deepEqual([stored(site), lastName(site)], ['Byron', 'Byron']);
    site.strategy('write-back');
    write(site, 'Lovelace');
    assert.equal(stored(site), 'Byron');
  });

  test('when a server is taken out of service, or another one comes', () => {
    const site = siteWith({ flushEveryMs: 60_000 });
    write(site, 'King');
    site.retire(homeOf(site));
    assert.deepEqual([stored(site), lastName(site)], ['King', 'King']);
    site.load({ loop: 'open', ratePerS: 100, arrivals: 'poisson' }, { users: 20, writes: 0.5, timeoutMs: 1_000 });
    site.run('1s');
    site.spawn('cache');
    site.run('2s');
    const { ok, failed } = site.loadStop();
    assert.deepEqual([ok > 100, failed], [true, 0]);
    site.strategy('none');
    assert.deepEqual([site.writesBehind().reported, sum(site, 'conflicts')], [[], 0]);
  });

  test('when the cache is flushed by hand', () => {
    const site = siteWith();
    write(site, 'King');
    site.pause('db-1');
    const kept = site.cacheFlush({ timeout: 200 }).map((one) => ('kept' in one ? one.kept : 0));
    assert.deepEqual([...kept].sort(), [0, 0, 0, 1]);
    site.resume('db-1');
    site.cacheFlush();
    assert.deepEqual([stored(site), lastName(site)], ['King', 'King']);
  });

  test('and whoever finds too many writes waiting for the database is told to come again', () => {
    const site = siteWith({ dirtyMax: 2 });
    lastName(site);
    site.pause('db-1');
    assert.deepEqual([write(site, 'A').status, write(site, 'B').status], [200, 200]);
    const third = write(site, 'C');
    assert.deepEqual([third.status, /2 writes wait for the database/.test(third.body)], [503, true]);
  });
});

test('one cache server alone has nobody to note for it: the database has a write before it is acknowledged', () => {
  const topology = stages.cache.topology;
  const gone = ['cache-2', 'cache-3'];
  const small = { ...topology, nodes: topology.nodes.filter(({ id }) => !gone.includes(id)) };
  const config = { 'web-1': { strategy: 'write-back' }, 'web-2': { strategy: 'write-back' } };
  const site = simulatedSite({ stage: { ...stages.cache, topology: small }, config });
  for (const name of ['A', 'B']) {
    assert.equal(write(site, name).status, 200);
    assert.equal(stored(site), name);
  }
  assert.deepEqual([sum(site, 'puts'), sum(site, 'flushed')], [2, 2]);
});
