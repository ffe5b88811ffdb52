/** What a new database holds: people and what they do, the same for the same seed, however many there are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { populate } from './people';
import { Refusal } from './refusal';
import { Sqlite } from './sqlite';

function filled(users: number, postsPerUser: number, seed = 'people'): Sqlite {
  const sqlite = Sqlite.open(10_000);
  populate(sqlite, users, postsPerUser, seed);
  return sqlite;
}

function values(sqlite: Sqlite, statement: string): unknown[] {
  return sqlite.read({ statement, parameters: [] }).rows.map((row) => (row.length === 1 ? row[0] : row));
}

const count = (sqlite: Sqlite, table: string): unknown => values(sqlite, `SELECT count(*) FROM ${table}`)[0];

test('as many as are asked for, and what belongs together', () => {
  const sqlite = filled(200, 2);
  assert.equal(count(sqlite, 'users'), 200);
  assert.equal(count(sqlite, 'posts'), 400);
  assert.equal(count(sqlite, 'photos'), 100);
  assert.equal(count(sqlite, 'orders'), 200);
  assert.ok(Number(count(sqlite, 'follows')) > 700);
  assert.deepEqual(
    values(sqlite, 'SELECT count(*) FROM photos h JOIN posts p USING (user_id) WHERE p.id = h.post_id'),
    [100],
  );
  assert.ok(Number(values(sqlite, 'SELECT count(DISTINCT user_id) FROM posts')[0]) > 100, 'a few write everything');
  assert.ok(Number(values(sqlite, 'SELECT count(DISTINCT body) FROM posts')[0]) > 100, 'all posts are alike');
  const [most, least] = ['DESC', 'ASC'].map((order) =>
    Number(values(sqlite, `SELECT count(*) FROM follows GROUP BY followee_id ORDER BY count(*) ${order} LIMIT 1`)[0]),
  );
  assert.ok((most ?? 0) > 4 * (least ?? 0), 'nobody is followed by many');
});

test('the same seed gives the same data, another one gives other data', () => {
  assert.equal(filled(30, 1).digest(), filled(30, 1).digest());
  assert.notEqual(filled(30, 1).digest(), filled(30, 1, 'others').digest());
  const names = 'SELECT first_name, last_name, postal_code FROM users';
  assert.deepEqual(values(filled(30, 0), names), values(filled(30, 3), names), 'people do not depend on what they do');
});

test('nobody at all, and nobody who does anything', () => {
  assert.equal(count(filled(0, 5), 'posts'), 0);
  const quiet = filled(3, 0);
  assert.deepEqual([count(quiet, 'users'), count(quiet, 'follows')], [3, 0]);
});

test('what belongs to nobody is refused, and what belonged to somebody goes with that one', () => {
  const sqlite = filled(20, 2);
  const write = (statement: string): unknown => sqlite.write([{ statement, parameters: [] }], 7);
  const constraint = (failure: unknown): boolean => failure instanceof Refusal && failure.because === 'constraint';
  assert.throws(() => write("INSERT INTO posts (user_id, body, posted_on) VALUES (99, 'x', '2026-01-01')"), constraint);
  assert.throws(() => write('INSERT INTO follows VALUES (3, 3)'), constraint);
  assert.throws(() => write('UPDATE orders SET amount_cents = -1'), constraint);
  write('DELETE FROM users WHERE id = 1');
  assert.deepEqual(values(sqlite, 'SELECT count(*) FROM follows WHERE 1 IN (follower_id, followee_id)'), [0]);
});

test('every row that changes says by which entry of the log', () => {
  const sqlite = filled(5, 2);
  assert.deepEqual(values(sqlite, 'SELECT DISTINCT version FROM posts'), [0]);
  for (const table of ['users', 'posts', 'photos', 'orders']) {
    const column = table === 'users' ? 'city' : table === 'posts' ? 'body' : table === 'photos' ? 'path' : 'item';
    sqlite.write([{ statement: `UPDATE ${table} SET ${column} = 'new' WHERE id = 1`, parameters: [] }], 7);
    assert.deepEqual(values(sqlite, `SELECT version FROM ${table} WHERE id = 1`), [7], table);
  }
});
