/** What can be asked of the site: posts, feeds, photos, conditional requests, and that one shard can answer each of them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { HttpRequest, Method } from '../../protocols/http';
import type { SqlResult } from '../../protocols/sql';
import { siteTables } from '../../sharding/site-tables';
import { Planner } from '../../sharding/sql/planner';
import { readSchema } from '../../sharding/sql/schema';
import { byModulo } from '../../sharding/sql/testing-shards';
import { simulatedSite } from '../../testing/simulated-site';
import { shardedSchema } from '../database/sharded-schema';
import type { Desk } from './desk';
import type { Plan } from './plan';
import { planFor } from './routes';
import { ChosenSessions } from './sessions';
import { LoginLimit } from './sessions/login-limit';
import { sessionDefaults } from './sessions/settings';

test('a post is made, read, listed and deleted', () => {
  const site = simulatedSite();
  const made = site.post('/users/12/posts', { body: 'Found a <b>bicycle</b>' });
  assert.equal(made.status, 201, made.body);
  const post = JSON.parse(made.body);
  const path = made.headers['location'] ?? '';
  assert.equal(path, `/users/12/posts/${post.id}`);
  assert.match(post.postedOn, /^\d{4}-\d\d-\d\d$/);
  assert.deepEqual(JSON.parse(site.get(path).body), post);
  assert.deepEqual(JSON.parse(site.get('/users/12/posts?limit=1').body).posts, [post]);
  const { body } = site.get(path, { client: 'browser' });
  assert.match(body, /Found a &#60;b&#62;bicycle/);
  assert.equal(site.delete(path).status, 204);
  assert.equal(site.get(path).status, 404);
  assert.equal(site.delete(path).status, 404);
});

test('lists go on where they stop', () => {
  const site = simulatedSite();
  for (let i = 0; i < 5; i++) site.post('/users/12/posts', { body: `post ${i}` });
  const bodies: string[] = [];
  for (let next: string | undefined = '/users/12/posts?limit=2'; next !== undefined; ) {
    const page: { posts: { body: string }[]; next?: string } = JSON.parse(site.get(next).body);
    assert.ok(page.posts.length <= 2);
    bodies.push(...page.posts.map(({ body }) => body));
    next = page.next;
  }
  assert.deepEqual(bodies.slice(0, 5), ['post 4', 'post 3', 'post 2', 'post 1', 'post 0']);
});

test('a feed is what those whom a user follows have posted, newest first', () => {
  const site = simulatedSite();
  const sql = 'INSERT OR IGNORE INTO follows (follower_id, followee_id) VALUES (12, 13)';
  assert.equal(site.sql(sql).outcome, 'done');
  site.post('/users/13/posts', { body: 'for the followers' });
  const { posts } = JSON.parse(site.get('/users/12/feed').body);
  assert.deepEqual([posts[0].user, posts[0].body], [13, 'for the followers']);
  const ids = posts.map(({ id }: { id: number }) => id);
  assert.deepEqual(
    ids,
    ids.toSorted((a: number, b: number) => b - a),
  );
});

test('likes add up, whichever part of the count they went to', () => {
  const site = simulatedSite();
  assert.deepEqual(JSON.parse(site.get('/users/12/likes').body), { user: 12, likes: 0 });
  for (let i = 0; i < 20; i++) assert.equal(site.post('/users/12/likes', undefined).status, 204);
  assert.deepEqual(JSON.parse(site.get('/users/12/likes').body), { user: 12, likes: 20 });
  const parts = site.sql('SELECT count(*) FROM counters WHERE user_id = 12');
  assert.ok(parts.outcome === 'done' && Number(parts.rows[0]?.[0]) > 4, JSON.stringify(parts));
  assert.match(site.get('/users/12/likes', { client: 'browser' }).body, /Liked 20 times/);
  for (const user of [0, 999_999]) assert.notEqual(site.post(`/users/${user}/likes`, undefined).status, 204);
  assert.equal(site.get('/users/999999/likes').status, 404);
});

test('photos are listed and read', () => {
  const site = simulatedSite();
  const answer = site.sql('SELECT user_id, id FROM photos LIMIT 1');
  const [[user, id] = []] = answer.outcome === 'done' ? answer.rows : [];
  const { photos } = JSON.parse(site.get(`/users/${user}/photos`).body);
  const one = JSON.parse(site.get(`/users/${user}/photos/${id}`).body);
  assert.deepEqual(
    photos.find((photo: { id: number }) => photo.id === id),
    one,
  );
  assert.ok(one.bytes > 0);
  assert.equal(site.get('/users/12/photos/999999').status, 404);
});

describe('what is wrong is said with its status', () => {
  const cases: readonly (readonly [string, string, unknown, number, RegExp])[] = [
    ['GET', '/users/999999/posts', undefined, 404, /there is no user 999999/],
    ['GET', '/users/999999/feed', undefined, 404, /there is no user 999999/],
    ['GET', '/users/999999/photos', undefined, 404, /there is no user 999999/],
    ['POST', '/users/999999/posts', { body: 'x' }, 404, /there is no user 999999/],
    ['GET', '/users/12/posts/x', undefined, 400, /expected a whole number above 0, got x/],
    ['GET', '/users/12/posts?limit=0', undefined, 400, /limit: expected a whole number from 1 to 100/],
    ['GET', '/users/12/posts?before=x', undefined, 400, /before: expected an id/],
    ['POST', '/users/12/posts', { body: '' }, 400, /body/],
    ['POST', '/users/12/posts', 'x'.repeat(64_001), 413, /at most 64000 are taken/],
    ['PUT', '/users/12/posts', { body: 'x' }, 405, /allowed: GET, HEAD, POST/],
    ['POST', '/users/12/feed', {}, 405, /allowed: GET, HEAD/],
    ['GET', '/users/12/friends', undefined, 404, /there is nothing at/],
  ];
  const site = simulatedSite();
  for (const [method, path, body, status, reason] of cases) {
    test(`${method} ${path}: ${status}`, () => {
      const answer = site.fetch(method, path, body === undefined ? {} : { body });
      assert.equal(answer.status, status, answer.body);
      assert.match(JSON.parse(answer.body).reason, reason);
    });
  }
});

test('what can be done somewhere is said to who asks for it', () => {
  const { status, headers, body } = simulatedSite().fetch('OPTIONS', '/users/12');
  assert.deepEqual([status, headers['allow'], body], [204, 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS', '']);
  assert.equal(simulatedSite().fetch('OPTIONS', '/nowhere').status, 404);
});

test('whoever keeps an answer on its way is told that it is in one of two forms', () => {
  const site = simulatedSite();
  const { headers } = site.get('/users/12');
  const again = site.get('/users/12', { headers: { 'if-none-match': headers['etag'] ?? '' } });
  assert.deepEqual([headers['vary'], again.status, again.headers['vary']], ['accept', 304, 'accept']);
});

describe('what is wrong behind it is said with its status', () => {
  const user = { firstName: 'A', lastName: 'B', address: { streetAddress: '', city: '', state: '', postalCode: '' } };

  test('409: there is one already', () => {
    const { status, body } = simulatedSite().post('/users', { id: 12, ...user });
    assert.equal(status, 409);
    assert.match(body, /there is a user 12 already/);
  });

  test('503: nobody is there; 504: nobody answers', () => {
    const site = simulatedSite();
    site.pause('db-1');
    const silent = site.post('/users/12/posts', { body: 'x' });
    assert.equal(silent.status, 504);
    assert.match(silent.body, /db-1 did not answer within/);
    site.kill('db-1', { stay: true });
    const gone = site.get('/users/12/feed');
    assert.equal(gone.status, 503);
    assert.match(gone.body, /db-1 is down/);
  });
});

describe('conditional requests', () => {
  const tag = (headers: Readonly<Record<string, string>>): string => headers['etag'] ?? '';
  const change = { lastName: 'King', phoneNumbers: ['212 555-0100'] };

  test('who has what there is gets a 304 without a body, and what there is once it has changed', () => {
    const site = simulatedSite();
    const etag = tag(site.get('/users/12').headers);
    const again = site.get('/users/12', { headers: { 'if-none-match': `"x", W/${etag}` } });
    assert.deepEqual([again.status, again.body, tag(again.headers)], [304, '', etag]);
    assert.equal(site.get('/users/12', { headers: { 'if-none-match': '*' } }).status, 304);
    site.patch('/users/12', change);
    const changed = site.get('/users/12', { headers: { 'if-none-match': etag } });
    assert.equal(changed.status, 200);
    assert.notEqual(tag(changed.headers), etag);
  });

  test('a page is not the same bytes as JSON', () => {
    const site = simulatedSite();
    const etag = tag(site.get('/users/12').headers);
    const page = site.get('/users/12', { client: 'browser', headers: { 'if-none-match': etag } });
    assert.equal(page.status, 200);
    assert.notEqual(tag(page.headers), etag);
  });

  for (const method of ['PATCH', 'PUT', 'DELETE'] as const) {
    test(`${method} over what somebody else has changed is a 412, and changes nothing`, () => {
      const site = simulatedSite();
      const seen = site.get('/users/12');
      const old = tag(seen.headers);
      const { id: _id, ...whole } = JSON.parse(site.patch('/users/12', { firstName: 'Zoe' }).body);
      const body = method === 'DELETE' ? {} : { body: method === 'PUT' ? { ...whole, ...change } : change };
      const late = site.fetch(method, '/users/12', { ...body, headers: { 'if-match': old } });
      assert.equal(late.status, 412, late.body);
      const now = site.get('/users/12');
      assert.deepEqual(JSON.parse(now.body), { id: 12, ...whole });
      const fits = site.fetch(method, '/users/12', { ...body, headers: { 'if-match': `"7-x", ${tag(now.headers)}` } });
      assert.equal(fits.status, method === 'DELETE' ? 204 : 200, fits.body);
      if (method !== 'DELETE') assert.deepEqual(JSON.parse(fits.body).phoneNumbers, change.phoneNumbers);
      const gone = site.fetch(method, '/users/999999', { ...body, headers: { 'if-match': '"1"' } });
      assert.equal(gone.status, 404);
    });
  }

  test('what is no tag is said to be none', () => {
    const { status, body } = simulatedSite().patch('/users/12', change, { headers: { 'if-match': '0' } });
    assert.equal(status, 412);
    assert.match(JSON.parse(body).reason, /^if-match: 0 is no entity tag; those stand in double quotes$/);
  });

  test('a weak tag, and none at all, never match where bytes must be the same', () => {
    const site = simulatedSite();
    const etag = tag(site.get('/users/12').headers);
    for (const match of [`W/${etag}`, '"nonsense"', '']) {
      assert.equal(site.patch('/users/12', change, { headers: { 'if-match': match } }).status, 412, match);
    }
    assert.equal(site.patch('/users/12', change, { headers: { 'if-none-match': '*' } }).status, 412);
    assert.equal(site.patch('/users/12', change, { headers: { 'if-none-match': etag } }).status, 412);
    assert.equal(site.patch('/users/12', change, { headers: { 'if-none-match': '"1-x"' } }).status, 200);
    assert.equal(site.patch('/users/12', change, { headers: { 'if-match': '*' } }).status, 200);
  });
});

describe('one shard answers whatever is about one user', () => {
  const planner = new Planner(
    readSchema(
      shardedSchema.filter((text) => text.startsWith('CREATE TABLE')),
      siteTables,
    ),
  );
  const clocks = { nowMs: () => 0, wallNowMs: () => 0 };
  const settings = { ...sessionDefaults, feed: 'table', sessions: { store: 'sql' }, writes: 'owner' } as const;
  const id = `6-${'0'.repeat(32)}`;
  const desk: Desk = {
    self: 'web-1',
    settings,
    sessions: new ChosenSessions(() => settings, clocks),
    logins: new LoginLimit(() => 1_000, clocks.nowMs),
    draw: () => 3,
    newSessionId: () => id,
    newSalt: () => '00',
    wallNowMs: clocks.wallNowMs,
  };
  const user = { firstName: 'A', lastName: 'B', address: { streetAddress: '', city: '', state: '', postalCode: '' } };
  const whole = { ...user, phoneNumbers: ['212 555-0100'] };
  const cases: readonly (readonly [Method, string, object?])[] = [
    ['GET', '/users/6'],
    ['PUT', '/users/6', whole],
    ['PATCH', '/users/6', { phoneNumbers: [] }],
    ['DELETE', '/users/6'],
    ['POST', '/users', whole],
    ['GET', '/users/6/posts'],
    ['POST', '/users/6/posts', { body: 'x' }],
    ['GET', '/users/6/posts/7'],
    ['DELETE', '/users/6/posts/7'],
    ['GET', '/users/6/feed'],
    ['GET', '/users/6/likes'],
    ['POST', '/users/6/likes'],
    ['GET', '/users/6/photos'],
    ['GET', '/users/6/photos/7'],
    ['POST', '/users', { ...whole, password: 'x' }],
    ['POST', '/login', { user: 6, password: 'x' }],
    ['POST', '/logout'],
    ['GET', '/me'],
  ];

  /** Where the statements of a plan go, and those of what follows when one row was found, or none. */
  function shardsOf(plan: Plan): string[] {
    if (plan.kind === 'work') return shardsOf(plan.respond({ matches: true, hash: '00' }));
    if (plan.kind !== 'ask') return [];
    const { question } = plan;
    const statements = question.kind === 'sql.execute' ? [question] : question.statements;
    const here = statements.map(({ statement, parameters }) => {
      // Which id is new is decided before a statement is planned.
      const given = parameters.map((one) => (typeof one === 'object' && one !== null ? 6 : one));
      const planned = planner.plan({ statement, parameters: given }, byModulo(4));
      return planned.kind === 'whole' ? planned.shard : `${planned.kind}: ${JSON.stringify(planned)}`;
    });
    const found = (rows: SqlResult['rows']): SqlResult => {
      return { kind: 'sql.result', columns: [], rows, changes: 1, lastId: 0, position: 1 };
    };
    const rows: SqlResult['rows'][] = [[], [[6]], [['A', 'B', '', '', 0]], [['A', 'B', '00', '00', 2]]];
    return [...here, ...rows.flatMap((one) => shardsOf(plan.respond(found(one), 'db-1')))];
  }

  for (const [method, path, body] of cases) {
    for (const condition of [{}, { 'if-match': '"7", "8"' }] as readonly HttpRequest['headers'][]) {
      test(`${method} ${path} ${JSON.stringify(condition)}`, () => {
        const headers = { ...condition, cookie: `session=${id}` };
        const text = body === undefined ? {} : { body: JSON.stringify(body) };
        const plan = planFor({ kind: 'http.request', method, path, headers, ...text }, desk);
        assert.deepEqual([...new Set(shardsOf(plan))], ['shard-2']);
      });
    }
  }
});
