/** What a cache hears of writes out of the log, whoever made them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CachedSite, cachedSite, cachedSiteNames } from '../../testing/cached-sites';
import { Site } from '../../testing/simulated-site';
import { catalogue } from '../../world/product';

const key = 'row:user:12';
const databases = ['db-1', 'db-2', 'db-3'];

function siteWith(kind: CachedSite = 'alone', db: object = {}): Site {
  const site = new Site('cached', cachedSite(kind, { db: { seedUsers: 20, ...db } }), { catalogue });
  site.run('1500ms');
  return site;
}

const city = (site: Site): unknown => JSON.parse(site.get('/users/12').body).address.city;

const origin = (site: Site): string => site.get('/users/12').via.at(-1) ?? '';

function move(site: Site, to: string): void {
  site.sql(`UPDATE users SET city = '${to}' WHERE id = 12`);
}

/** Cached, and told to be so. */
function cached(site: Site): string {
  origin(site);
  const server = origin(site);
  assert.match(server, /^(cache|gutter)-/);
  return server;
}

const emptied = (site: Site): string[] => site.acts.filter((act) => act.includes(': empty '));

describe('a write that no web server made', () => {
  for (const kind of cachedSiteNames) {
    test(`is seen by the next read (${kind})`, () => {
      const site = siteWith(kind);
      for (const to of ['Oslo', 'Rome', 'Bonn']) {
        cached(site);
        move(site, to);
        site.run('3ms');
        assert.deepEqual([city(site), city(site)], [to, to]);
      }
      assert.deepEqual(emptied(site), []);
    });
  }

  test('is not, where databases tell nobody', () => {
    const site = siteWith('alone', { invalidates: 'off' });
    cached(site);
    const was = city(site);
    move(site, 'Oslo');
    site.run('1s');
    assert.equal(city(site), was);
    site.configure('db-1', { invalidates: 'on' });
    site.run('1s');
    assert.equal(city(site), 'Oslo');
    assert.equal(emptied(site).length, 1);
  });

  test('and neither is one under a strategy by which nobody tells the cache', () => {
    const site = siteWith();
    site.strategy('write-around');
    cached(site);
    const was = city(site);
    move(site, 'Oslo');
    site.run('1s');
    assert.equal(city(site), was);
    site.strategy('cache-aside');
    cached(site);
    move(site, 'Rome');
    site.run('3ms');
    assert.equal(city(site), 'Rome');
  });
});

describe('a cache server that was not there', () => {
  test('hears of what it missed when it can be reached again', () => {
    const site = siteWith();
    const server = cached(site);
    const { fault } = site.fault({ kind: 'partition', a: server, b: 'db-1' });
    const was = city(site);
    move(site, 'Oslo');
    site.run('5s');
    assert.equal(city(site), was);
    site.unfault(fault);
    site.run('1500ms');
    assert.equal(city(site), 'Oslo');
    assert.deepEqual(emptied(site), []);
  });

  test('begins a new life empty, and is told from then on', () => {
    const site = siteWith();
    const server = cached(site);
    site.kill(server, { stay: true });
    move(site, 'Oslo');
    site.run('2s');
    site.restart(server);
    site.run('2s');
    assert.equal(cached(site), server);
    assert.equal(city(site), 'Oslo');
    move(site, 'Rome');
    site.run('3ms');
    assert.equal(city(site), 'Rome');
  });

  test('lets go of its rows when it has missed more than is remembered, and of nothing else', () => {
    const site = siteWith();
    const server = cached(site);
    const session = { kind: 'cache.set', key: 'session:12', value: 'x', seconds: 60 } as const;
    const ask = { kind: 'cache.get', key: session.key } as const;
    assert.equal(site.ask(server, session).kind, 'cache.stored');
    const { fault } = site.fault({ kind: 'partition', a: server, b: 'db-1' });
    move(site, 'Oslo');
    site.sql('CREATE TABLE notes (id INTEGER PRIMARY KEY)');
    site.unfault(fault);
    site.run('1500ms');
    assert.equal(city(site), 'Oslo');
    assert.ok(emptied(site).includes(`db-1: empty ${server}`), site.acts.join('; '));
    assert.equal(site.ask(server, ask).kind, 'cache.value');
  });
});

describe('a primary that dies before it has told', () => {
  test('alone, it reads in its log what it may not have told', () => {
    const site = siteWith();
    const server = cached(site);
    site.fault({ kind: 'partition', a: server, b: 'db-1' });
    move(site, 'Oslo');
    site.kill('db-1');
    site.healAll();
    site.run('3s');
    assert.equal(city(site), 'Oslo');
    assert.deepEqual(emptied(site), []);
  });

  for (const kind of ['elected', 'appointed'] as const) {
    test(`its successor tells it (${kind})`, () => {
      const site = siteWith(kind);
      const server = cached(site);
      const primary = site.replicas().primary ?? '';
      site.fault({ kind: 'partition', a: server, b: primary });
      move(site, 'Oslo');
      site.kill(primary, { stay: true });
      site.run('6s');
      assert.equal(city(site), 'Oslo');
      assert.deepEqual(emptied(site), []);
      const successor = site.replicas().primary;
      assert.ok(successor !== undefined && successor !== primary && databases.includes(successor));
    });
  }

  test('and where its successor has not what it told, servers let go of what they have from it', () => {
    const site = siteWith('appointed', { mode: 'async' });
    const server = cached(site);
    const was = city(site);
    const primary = site.replicas().primary ?? '';
    for (const other of databases) if (other !== primary) site.fault({ kind: 'partition', a: primary, b: other });
    // The log of those who go on without them is shorter for a while.
    for (let more = 0; more < 10; more++) move(site, `Oslo ${more}`);
    assert.equal(city(site), 'Oslo 9');
    assert.equal(cached(site), server);
    site.kill(primary, { stay: true });
    site.run('8s');
    assert.equal(city(site), was);
    assert.equal(site.cache({ kind: 'cache.get', key }).kind, 'cache.value');
  });
});
