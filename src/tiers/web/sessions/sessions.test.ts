/** Logging in and out, and who one is, wherever sessions are kept. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { withBox, withNode } from '../../../kernel/topology';
import { stages } from '../../../stages';
import { box, node } from '../../../stages/stage';
import { type Site, simulatedSite } from '../../../testing/simulated-site';

const cheap = { passwordCost: 2, writes: 'owner' };

/** Two web servers whose sessions lie there. */
function siteWith(sessions: 'memory' | { readonly store: string }, more: object = {}): Site {
  const web = { ...cheap, sessions, ...more };
  let { topology } = stages.loadBalanced;
  if (sessions !== 'memory' && sessions.store !== 'sql') {
    for (const [place, id] of [`${sessions.store}-1`, `${sessions.store}-2`].entries()) {
      if (sessions.store === 'kv' && place > 0) continue;
      topology = withNode(
        withBox(topology, box(`box-${id}`, `10.0.0.${50 + place}`)),
        node(id, sessions.store, `box-${id}`),
      );
    }
  }
  const algorithm = sessions === 'memory' ? 'sticky-cookie' : 'round-robin';
  const config = { 'web-1': web, 'web-2': web, 'lb-1': { algorithm }, 'db-1': { seedUsers: 20 } };
  return simulatedSite({ stage: { ...stages.loadBalanced, topology }, config });
}

const logIn = (site: Site, user: number, password = 'secret') => site.post('/login', { user, password });

for (const sessions of ['memory', { store: 'sql' }, { store: 'cache' }, { store: 'kv' }] as const) {
  const name = typeof sessions === 'string' ? sessions : sessions.store;
  describe(`sessions in ${name}`, () => {
    test('one is nobody, then somebody, then nobody again, at every server', () => {
      const site = siteWith(sessions);
      assert.equal(site.get('/me').status, 401);
      const { status, body } = logIn(site, 12);
      assert.equal(status, 200, body);
      for (let i = 0; i < 4; i++) {
        const me = site.get('/me');
        assert.equal(me.status, 200, me.body);
        assert.deepEqual(me.body, body);
      }
      assert.match(site.get('/me/image').body, /^<svg/);
      assert.match(site.get('/me', { client: 'browser' }).body, /401/);
      const cookie = `session=12-${'0'.repeat(32)}`;
      assert.equal(site.get('/me', { headers: { cookie } }).status, 401);
      assert.equal(site.post('/logout', '').status, 204);
      for (let i = 0; i < 4; i++) assert.equal(site.get('/me').status, 401);
    });

    test('a cookie that was copied is worth nothing after logout', () => {
      const site = siteWith(sessions);
      const [cookie = ''] = (logIn(site, 12).headers['set-cookie'] ?? '').split(';');
      assert.equal(site.get('/me').status, 200);
      site.post('/logout', '');
      for (let i = 0; i < 4; i++) assert.equal(site.get('/me', { headers: { cookie } }).status, 401);
    });

    test('a session that nobody uses is over, one that is used goes on', () => {
      const site = siteWith(sessions, { sessionIdleMs: 10_000 });
      logIn(site, 12);
      for (let i = 0; i < 5; i++) {
        site.run('6s');
        assert.equal(site.get('/me').status, 200);
      }
      site.run('11s');
      assert.equal(site.get('/me').status, 401);
    });

    test('who logs in as somebody else has left, and the id of before is worth nothing', () => {
      const site = siteWith(sessions);
      const [cookie = ''] = (logIn(site, 12).headers['set-cookie'] ?? '').split(';');
      const [other = ''] = (logIn(site, 13).headers['set-cookie'] ?? '').split(';');
      assert.notEqual(other, cookie);
      for (let i = 0; i < 4; i++) assert.match(site.get('/me').body, /"user":13\b/);
      // As who keeps a copy would come, to each of the servers.
      for (const server of ['web-1', 'web-2', 'web-1', 'web-2']) {
        assert.equal(site.get('/me', { headers: { cookie: `${cookie}; lb=${server}` } }).status, 401);
      }
    });

    test('only who it is about may change it', () => {
      const site = siteWith(sessions);
      assert.equal(site.patch('/users/12', { lastName: 'King' }).status, 401);
      assert.equal(site.post('/users/12/posts', { body: 'hello' }).status, 401);
      logIn(site, 12);
      assert.equal(site.patch('/users/12', { lastName: 'King' }).status, 200);
      assert.equal(site.post('/users/12/posts', { body: 'hello' }).status, 201);
      const { status, body } = site.post('/users/13/posts', { body: 'hello' });
      assert.equal(status, 403);
      assert.match(body, /logged in as user 12/);
      assert.equal(site.delete('/users/13').status, 403);
    });
  });
}

test('what somebody else has put under the key of a session is none, and harms nobody', () => {
  const site = siteWith({ store: 'cache' });
  const id = `12-${'0'.repeat(32)}`;
  for (const value of ['garbage', '{}', 'null', '']) {
    site.cache({ kind: 'cache.set', key: `session:${id}`, value, seconds: 0 });
    const { status, body } = site.get('/me', { headers: { cookie: `session=${id}` } });
    assert.equal(status, 401, body);
  }
  assert.deepEqual(
    site.census().nodes.flatMap(({ incarnation }) => (incarnation === 1 ? [] : [incarnation])),
    [],
  );
});

describe('passwords', () => {
  test('the first login hashes what the site began with; from then on nothing else fits', () => {
    const site = siteWith('memory');
    assert.equal(logIn(site, 12, 'wrong').status, 401);
    assert.equal(logIn(site, 12).status, 200);
    assert.equal(logIn(site, 13).status, 200);
    const answer = site.sql('SELECT salt, hash, cost FROM credentials WHERE user_id IN (12, 13) ORDER BY user_id');
    assert.ok(answer.outcome === 'done');
    const [[salt, hash, cost] = [], [otherSalt, otherHash] = []] = answer.rows;
    assert.match(`${salt} ${hash} ${cost}`, /^[0-9a-f]{32} [0-9a-f]{64} 2$/);
    assert.notEqual(salt, otherSalt);
    assert.notEqual(hash, otherHash);
    assert.equal(logIn(site, 12).status, 200);
    assert.equal(logIn(site, 12, 'wrong').status, 401);
  });

  test('who is created with one can log in with it, and who is created without one cannot', () => {
    const site = siteWith('memory');
    const address = { streetAddress: '', city: '', state: '', postalCode: '' };
    const ada = { firstName: 'Ada', lastName: 'Lovelace', address };
    const created = site.post('/users', { ...ada, password: 'analytical' });
    assert.equal(created.status, 201, created.body);
    assert.doesNotMatch(created.body, /analytical|password/);
    const { id } = JSON.parse(created.body);
    assert.equal(logIn(site, id, 'analytical').status, 200);
    assert.equal(logIn(site, id, 'secret').status, 401);
    const without = JSON.parse(site.post('/users', ada).body).id;
    for (const guess of ['secret', '', 'x']) assert.notEqual(logIn(site, without, guess).status, 200);
  });

  test('nobody learns whether there is such a user, not even by how long it takes', () => {
    const site = siteWith('memory', { passwordCost: 1_024 });
    site.get('/'); // Whoever comes first has to find out where the site is.
    const neverCame = logIn(site, 12, 'wrong');
    assert.equal(logIn(site, 13).status, 200);
    const cost = site.sql('SELECT cost FROM credentials WHERE user_id = 13');
    assert.deepEqual(cost.outcome === 'done' ? cost.rows : cost, [[1_024]]);
    const cameBefore = logIn(site, 13, 'wrong');
    const nobody = logIn(site, 999, 'wrong');
    for (const wrong of [neverCame, cameBefore]) {
      assert.deepEqual([wrong.status, wrong.body], [nobody.status, nobody.body]);
      assert.ok(Math.abs(wrong.ms - nobody.ms) < 1, `${wrong.ms} and ${nobody.ms} ms`);
      assert.ok(wrong.headers['www-authenticate'] !== undefined);
    }
  });

  test('who guesses has to wait, and only for that user', () => {
    const site = siteWith('memory');
    const guess = () => site.post('/login', { user: 12, password: 'x' }, { headers: { cookie: 'lb=web-1' } });
    for (let i = 0; i < 5; i++) assert.equal(guess().status, 401);
    const { status, headers, body } = guess();
    assert.equal(status, 429, body);
    assert.ok(Number(headers['retry-after']) > 50);
    assert.equal(logIn(site, 13).status, 200);
    site.run('61s');
    assert.equal(guess().status, 401);
  });
});

test('sessions in memory are bounded: who was not there for longest makes room', () => {
  const site = siteWith('memory', { sessionsMax: 2 });
  const cookies = [1, 2, 3].map((user) => {
    const { headers } = site.post('/login', { user, password: 'secret' }, { headers: { cookie: 'lb=web-1' } });
    return `lb=web-1; ${(headers['set-cookie'] ?? '').split(';')[0]}`;
  });
  const seen = cookies.map((cookie) => site.get('/me', { headers: { cookie } }).status);
  assert.deepEqual(seen, [401, 200, 200]);
});

test('where sessions are kept can change while the site runs; who has logged out meanwhile stays out', () => {
  const site = siteWith('memory');
  const cookie = (user: number) =>
    `lb=web-1; ${(site.post('/login', { user, password: 'secret' }, { headers: { cookie: 'lb=web-1' } }).headers['set-cookie'] ?? '').split(';')[0]}`;
  const [leaves, stays] = [cookie(1), cookie(2)];
  const status = (one: string) => site.get('/me', { headers: { cookie: one } }).status;
  site.configure('web-1', { sessions: { store: 'sql' } });
  assert.deepEqual([status(leaves), status(stays)], [401, 401]);
  site.post('/logout', '', { headers: { cookie: leaves } });
  site.configure('web-1', { sessions: 'memory' });
  assert.deepEqual([status(leaves), status(stays)], [401, 200]);
});

test('sessions in the database are bounded for each user, and those that are over go', () => {
  const site = siteWith({ store: 'sql' }, { sessionIdleMs: 60_000 });
  const enter = () => {
    const { headers } = site.post('/login', { user: 12, password: 'secret' }, { headers: { cookie: '' } });
    site.run('1s');
    return (headers['set-cookie'] ?? '').split(';')[0] ?? '';
  };
  const cookies = Array.from({ length: 12 }, enter);
  const seen = cookies.map((cookie) => site.get('/me', { headers: { cookie } }).status);
  assert.deepEqual(seen, [401, 401, ...Array.from({ length: 10 }, () => 200)]);
  site.run('61s');
  enter();
  const answer = site.sql('SELECT count(*) FROM sessions');
  assert.deepEqual(answer.outcome === 'done' ? answer.rows : answer, [[1]]);
});

test('a store of sessions that does not answer is said to be the reason', () => {
  const site = siteWith({ store: 'cache' });
  logIn(site, 12);
  site.kill('cache-1', { stay: true });
  site.kill('cache-2', { stay: true });
  const { status, body } = site.get('/me');
  assert.equal(status, 503);
  assert.match(body, /cache-[12] is down/);
  assert.equal(site.get('/users/12').status, 200);
});

test('a key-value store that is not the primary, and none at all', () => {
  const site = siteWith({ store: 'kv' });
  logIn(site, 12);
  site.kill('kv-1', { stay: true });
  const { status, body } = site.get('/me');
  assert.equal(status, 503);
  assert.match(body, /kv-1 is down/);
});
