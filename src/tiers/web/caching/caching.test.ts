/** Rows past a cache, as users of a site see it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CacheLoad, cacheFailure } from '../../../protocols/cache';
import { isCacheTold } from '../../../protocols/strategy';
import { stages } from '../../../stages';
import { type Site, simulatedSite } from '../../../testing/simulated-site';
import type { CachingConfig } from './settings';

const key = 'row:user:12';

function siteWith(web: Partial<CachingConfig> = {}): Site {
  const invalidates = isCacheTold(web.strategy ?? 'cache-aside') ? 'on' : 'off';
  const config = { 'web-1': web, 'web-2': web, 'db-1': { seedUsers: 20, invalidates } };
  return simulatedSite({ stage: stages.cache, config });
}

/** Who gave the answer: the last before the database is not asked. */
const origin = (site: Site, headers: Readonly<Record<string, string>> = {}): string =>
  site.get('/users/12', { headers }).via.at(-1) ?? '';

const lastName = (site: Site): unknown => JSON.parse(site.get('/users/12').body).lastName;

const homeOf = (site: Site): string => site.ring(key).key?.home ?? '';

describe('cache-aside', () => {
  test('who misses fills, and then the database is left alone', () => {
    const site = siteWith();
    assert.equal(origin(site), 'db-1');
    const home = homeOf(site);
    assert.match(home, /^cache-\d$/);
    assert.deepEqual([origin(site), origin(site)], [home, home]);
    const [found] = site.strategies().strategies;
    assert.ok(found?.strategy === 'cache-aside');
    assert.deepEqual([found.reads, found.hits, found.queries, found.saved], [3, 2, 1, 2]);
  });

  test('a write is seen by the next read, at whichever server', () => {
    const site = siteWith();
    for (const name of ['King', 'Byron', 'Lovelace']) {
      origin(site);
      assert.equal(site.patch('/users/12', { lastName: name }).status, 200);
      assert.deepEqual([lastName(site), lastName(site)], [name, name]);
    }
    assert.equal(site.delete('/users/12').status, 204);
    assert.equal(site.get('/users/12').status, 404);
  });

  test('that there is no such row is cached as well, until there is one', () => {
    const site = siteWith();
    for (let i = 0; i < 3; i++) assert.equal(site.get('/users/77').status, 404);
    assert.equal(site.strategies().strategies[0]?.queries, 1);
    const address = { streetAddress: '', city: '', state: '', postalCode: '' };
    assert.equal(site.post('/users', { id: 77, firstName: 'Ada', lastName: 'Lovelace', address }).status, 201);
    assert.equal(site.get('/users/77').status, 200);
  });

  test('who wants the newest is answered by the database, and who has seen something newer as well', () => {
    const site = siteWith();
    origin(site);
    assert.equal(origin(site, { 'x-freshness': 'newest' }), 'db-1');
    assert.equal(origin(site, { 'x-freshness': '50ms' }), 'db-1');
    assert.equal(origin(site, { 'x-freshness': 'session', 'x-position': '0' }), homeOf(site));
    assert.equal(origin(site, { 'x-freshness': 'session', 'x-position': '999' }), 'db-1');
  });

  test('what somebody else has put there is not taken for a row', () => {
    const site = siteWith();
    for (const value of ['nonsense', '{}', '7']) {
      site.cache({ kind: 'cache.set', key, value, seconds: 60 });
      assert.equal(origin(site), 'db-1');
    }
  });
});

test('where what was dropped will do, nobody waits for a row that was just written, but who has seen something newer', () => {
  const site = siteWith({ staleMs: 150 });
  const [before] = [lastName(site), lastName(site)];
  site.patch('/users/12', { lastName: 'King' });
  const shown = site.get('/users/12');
  assert.deepEqual([JSON.parse(shown.body).lastName, shown.via.at(-1)], [before, homeOf(site)]);
  assert.ok(shown.ms < 20, `${shown.ms} ms`);
  assert.equal(origin(site, { 'x-freshness': 'session', 'x-position': '3' }), 'db-1');
  site.run('150ms');
  assert.equal(lastName(site), 'King');
  const [{ stale, hits } = { stale: 0, hits: 0 }] = site.strategies().strategies;
  assert.deepEqual([stale, hits], [1, 2]);
});

describe('where the cache servers stand in for each other', () => {
  const users = 60;
  const readAll = (site: Site): void => {
    for (let id = 1; id <= users; id++) site.get(`/users/${id}`);
  };

  for (const spare of [0, 1]) {
    test(`with spare=${spare} it shows beforehand whether they have room for the keys of a dead one, and so it is`, () => {
      const server = { entriesMax: 28, spare, leaseMs: 50 };
      const web = { gutter: 'others' };
      const config = {
        'cache-1': server,
        'cache-2': server,
        'cache-3': server,
        'web-1': web,
        'web-2': web,
        'db-1': { seedUsers: users },
      };
      const site = simulatedSite({ stage: stages.cache, config });
      readAll(site);
      const { now, after } = site.cacheRoom();
      assert.ok(now.every(({ filled }) => filled <= 1));
      const [worst] = after;
      assert.ok(worst !== undefined && worst.filled > 1 === (spare === 0), JSON.stringify(after));
      const [dead = ''] = worst.dead;
      site.kill(dead, { stay: true });
      for (let i = 0; i < 2; i++) readAll(site);
      const [before] = site.strategies().strategies;
      readAll(site);
      const [later] = site.strategies().strategies;
      const hits = (later?.hits ?? 0) - (before?.hits ?? 0);
      if (spare === 0) assert.ok(hits < users * 0.8, `${hits} hits`);
      else assert.equal(hits, users);
      const evicted = site.cacheStats().some((one) => !('reason' in one) && one.evictions > 0);
      assert.equal(evicted, spare === 0);
    });
  }

  test('each key of a dead one goes to one of the others, for seconds, and is dropped there as well', () => {
    const site = siteWith({ gutter: 'others' });
    origin(site);
    const { home = '', gutter = '' } = site.ring(key).key ?? {};
    site.kill(home, { stay: true });
    for (let i = 0; i < 8; i++) origin(site);
    assert.match(gutter, /^cache-/);
    assert.deepEqual([origin(site), gutter === home], [gutter, false]);
    site.patch('/users/12', { lastName: 'King' });
    assert.equal(lastName(site), 'King');
    site.restart(home);
    site.run('2s');
    assert.deepEqual([lastName(site), origin(site)], ['King', home]);
    site.patch('/users/12', { lastName: 'Byron' });
    site.kill(home, { stay: true });
    assert.equal(lastName(site), 'Byron');
  });
});

describe('a cache server that is dead', () => {
  test('its keys go to the gutter for seconds, and home again', () => {
    const site = siteWith();
    origin(site);
    const home = homeOf(site);
    site.kill(home, { stay: true });
    assert.equal(origin(site), 'db-1');
    assert.equal(origin(site), 'gutter-1');
    for (let i = 0; i < 6; i++) origin(site);
    assert.ok(site.acts.includes(`web-1: eject ${home}`), site.acts.join('; '));
    site.run('11s');
    assert.equal(origin(site), 'db-1');
    site.restart(home);
    site.run('2s');
    assert.ok(site.acts.includes(`web-1: readmit ${home}`), site.acts.join('; '));
    assert.deepEqual([origin(site), origin(site)], ['db-1', home]);
  });

  test('without a gutter its keys are read from the database', () => {
    const site = siteWith({ gutter: 'miss' });
    origin(site);
    site.kill(homeOf(site), { stay: true });
    for (let i = 0; i < 6; i++) assert.equal(origin(site), 'db-1');
  });

  test('with no cache server left the site goes on', () => {
    const site = siteWith();
    for (const id of ['cache-1', 'cache-2', 'cache-3', 'gutter-1']) site.kill(id, { stay: true });
    for (let i = 0; i < 6; i++) assert.equal(origin(site), 'db-1');
    assert.equal(site.patch('/users/12', { lastName: 'King' }).status, 200);
    assert.equal(lastName(site), 'King');
  });

  test('one that has not heard of a write is not read from, even if it answers', () => {
    const site = siteWith();
    origin(site);
    site.kill('web-2', { stay: true });
    const home = homeOf(site);
    const { fault } = site.fault({ kind: 'partition', a: home, b: 'web-*' });
    assert.equal(site.patch('/users/12', { lastName: 'King' }).status, 200);
    site.unfault(fault);
    assert.ok(!site.acts.includes(`web-1: eject ${home}`), 'one silence is no death');
    assert.equal(lastName(site), 'King');
    site.run('2s');
    assert.equal(origin(site), 'db-1');
    assert.equal(origin(site), home);
  });

  test('one that could not be reached hears of what it missed before it is read from', () => {
    const site = siteWith();
    origin(site);
    const home = homeOf(site);
    const { fault } = site.fault({ kind: 'partition', a: home, b: 'web-*' });
    assert.equal(site.patch('/users/12', { lastName: 'King' }).status, 200);
    for (let i = 0; i < 8; i++) assert.equal(lastName(site), 'King');
    site.unfault(fault);
    site.run('3s');
    assert.deepEqual([lastName(site), lastName(site)], ['King', 'King']);
    assert.ok(site.acts.includes(`web-1: readmit ${home}`), site.acts.join('; '));
    assert.equal(origin(site), home);
  });
});

test('when servers come and go, a key that comes home is not served from the copy of before', () => {
  const site = siteWith({ gutter: 'miss' });
  const keys = Array.from({ length: 20 }, (_, place) => place + 1);
  for (const id of keys) site.get(`/users/${id}`);
  const before = new Map(keys.map((id) => [id, site.ring(`row:user:${id}`).key?.home]));
  site.spawn('cache');
  const moved = keys.filter((id) => site.ring(`row:user:${id}`).key?.home !== before.get(id));
  assert.ok(moved.length > 0);
  for (const id of moved) assert.equal(site.patch(`/users/${id}`, { lastName: 'King' }).status, 200);
  site.retire('cache-4');
  for (const id of moved) assert.match(site.get(`/users/${id}`).body, /King/);
});

test('what somebody put where it did not belong is not there when it does', () => {
  const site = siteWith({ gutter: 'miss' });
  const mine = Array.from({ length: 50 }, (_, place) => `key-${place}`).filter(
    (one) => site.ring(one).key?.home === 'cache-3',
  );
  for (const one of mine) {
    for (const at of ['cache-1', 'cache-2'])
      site.cache({ kind: 'cache.set', key: one, value: 'old', seconds: 0 }, { at });
  }
  site.retire('cache-3');
  const found = new Map(mine.map((one) => [one, site.cache({ kind: 'cache.get', key: one }).kind]));
  assert.ok(found.size > 5);
  assert.deepEqual(new Set(found.values()), new Set(['cache.missing']));
});

test('numbers of an earlier life of a server fit nothing of the next one', () => {
  const site = siteWith();
  const casOf = (): number => {
    const answer = site.cache({ kind: 'cache.set', key, value: 'x', seconds: 0 });
    return answer.kind === 'cache.stored' ? answer.cas : 0;
  };
  const before = casOf();
  site.kill(homeOf(site));
  site.run('2s');
  const after = casOf();
  assert.ok(after > before && before > 0, `${before}, then ${after}`);
  const swapped = site.cache({ kind: 'cache.cas', key, value: 'y', seconds: 0, cas: before });
  assert.ok(swapped.kind === 'cache.failure' && swapped.because === 'changed');
});

describe('write-around', () => {
  test('what is cached stays as it was until it is over', () => {
    const site = siteWith({ strategy: 'write-around', ttlMs: 5_000 });
    const was = lastName(site);
    site.patch('/users/12', { lastName: 'King' });
    assert.equal(lastName(site), was);
    site.run('5s');
    assert.equal(lastName(site), 'King');
  });
});

describe('read-through', () => {
  const through = { strategy: 'read-through', ttlMs: 5_000 } as const;

  test('the cache reads the database for what it has not', () => {
    const site = siteWith(through);
    const home = homeOf(site);
    assert.deepEqual([origin(site), origin(site)], [home, home]);
    const [found] = site.strategies().strategies;
    assert.deepEqual([found?.queries, found?.hits], [1, 1]);
    assert.equal(site.get('/users/77').status, 404);
  });

  test('what is cached stays as it was for as long as it was told, from when the database was asked', () => {
    const site = siteWith(through);
    const was = lastName(site);
    site.patch('/users/12', { lastName: 'King' });
    site.run('4900ms');
    assert.equal(lastName(site), was);
    site.run('100ms');
    assert.equal(lastName(site), 'King');
  });

  test('the time that the database took is a part of it', () => {
    const site = siteWith(through);
    site.configure('db-1', { readServiceMs: 150 });
    const home = homeOf(site);
    const statement = 'SELECT last_name FROM users WHERE id = 12';
    const wanted: CacheLoad = { kind: 'cache.load', key, statement, parameters: [], seconds: 1 };
    site.later(home, wanted);
    site.run('900ms');
    assert.equal(site.cache({ kind: 'cache.get', key }).kind, 'cache.value');
    site.run('100ms');
    assert.equal(site.cache({ kind: 'cache.get', key }).kind, 'cache.missing');
  });

  test('however many miss at once, a cache server asks once', () => {
    const site = siteWith(through);
    site.configure('db-1', { readServiceMs: 40 });
    const all = { users: 1, popularity: { law: 'hot', user: 12, share: 1 } } as const;
    site.load({ loop: 'closed', users: 40, thinkMs: 0 }, all);
    site.run('100ms');
    const [found] = site.strategies().strategies;
    assert.equal(found?.queries, 1);
    assert.ok(found.waits > 10, `${found.waits} waited`);
  });

  test('what was changed on the way is not kept', () => {
    const site = siteWith(through);
    site.configure('db-1', { readServiceMs: 40 });
    const home = homeOf(site);
    const statement = 'SELECT last_name FROM users WHERE id = 12';
    const wanted: CacheLoad = { kind: 'cache.load', key, statement, parameters: [], seconds: 60 };
    const load = site.later(home, wanted);
    site.run('20ms');
    site.cache({ kind: 'cache.delete', key });
    site.run('100ms');
    assert.equal(load.answer?.kind, 'cache.value');
    assert.equal(site.cache({ kind: 'cache.get', key }).kind, 'cache.missing');
  });

  test('only so many wait for one row, and only so many rows are asked for at once', () => {
    const site = siteWith(through);
    site.configure('db-1', { readServiceMs: 40 });
    site.configure('cache-1', { waitersMax: 3, loadsMax: 2 });
    const statement = 'SELECT last_name FROM users WHERE id = 12';
    const ask = (one: string) => {
      const wanted: CacheLoad = { kind: 'cache.load', key: one, statement, parameters: [], seconds: 60 };
      return site.later('cache-1', wanted);
    };
    const asked = ['a', 'a', 'a', 'a', 'b', 'c'].map(ask);
    site.run('200ms');
    const said = asked.map(({ answer }) => (cacheFailure.accepts(answer) ? answer.because : answer?.kind));
    assert.deepEqual(said, ['cache.value', 'cache.value', 'cache.value', 'busy', 'cache.value', 'busy']);
  });

  test('a cache server that cannot reach the database says so, and the web server asks by itself', () => {
    const site = siteWith(through);
    site.fault({ kind: 'partition', a: 'cache-*', b: 'db-1' });
    const { status, via } = site.get('/users/12', { timeout: '5s' });
    assert.equal(status, 200);
    assert.equal(via.at(-1), 'db-1');
  });

  test('a dead one is stood in for', () => {
    const site = siteWith(through);
    site.kill(homeOf(site), { stay: true });
    assert.deepEqual([origin(site), origin(site)], ['gutter-1', 'gutter-1']);
  });
});

describe('switching', () => {
  test('nothing that a weaker strategy left behind is read under a stronger one', () => {
    const site = siteWith({ strategy: 'write-around' });
    origin(site);
    site.patch('/users/12', { lastName: 'King' });
    assert.match(site.strategy('cache-aside'), /^web-1, web-2: cache-aside; 4 cache servers emptied$/);
    assert.equal(lastName(site), 'King');
    site.strategy('none');
    assert.equal(origin(site), 'db-1');
    const set = site.strategies().strategies.filter(({ isSet }) => isSet);
    assert.deepEqual(
      set.map(({ strategy }) => strategy),
      ['none'],
    );
  });

  test('without a cache server there is nothing to switch to', () => {
    const bare = simulatedSite();
    for (const name of ['cache-aside', 'write-through'] as const) {
      assert.throws(() => bare.strategy(name), /needs cache servers, and there is none here; spawn cache orders one/);
    }
    assert.match(bare.strategy('none'), /: none$/);
  });

  test('while the cache is emptied nobody reads or fills', () => {
    const site = siteWith({ strategy: 'write-around' });
    const before = site.happened.length;
    site.strategy('cache-aside');
    const steps = site.happened.slice(before).flatMap((event) => (event.type === 'config' ? [event.node] : []));
    assert.deepEqual(steps, ['web-1', 'web-2', 'db-1', 'web-1', 'web-2']);
  });

  test('a time to live holds for what is cached from then on', () => {
    const site = siteWith();
    site.ttl('1s');
    origin(site);
    assert.match(origin(site), /^cache/);
    site.run('1s');
    assert.equal(origin(site), 'db-1');
  });
});

test('with leases one of many who miss at once reads the database; without, all of them do', () => {
  const queries = (leases: CachingConfig['leases']): number => {
    const site = siteWith({ leases });
    site.load({ loop: 'closed', users: 40, thinkMs: 0 }, { users: 1, popularity: { law: 'hot', user: 12, share: 1 } });
    site.run('300ms');
    return site.strategies().strategies[0]?.queries ?? 0;
  };
  const [one, all] = [queries('on'), queries('off')];
  assert.ok(one <= 2 && all >= 10, `${one} and ${all} queries`);
});
