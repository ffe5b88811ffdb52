/** What shards are asked, and what their answers become: the site's own page, groups, gathered joins, bounds. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SqlValue } from '../../protocols/sql';
import type { Context, Part } from './context';
import { Planner } from './planner';
import type { Scatter } from './reads';
import { byModulo, siteSchema } from './testing-shards';

const planner = new Planner(siteSchema);

function scattered(statement: string, parameters: readonly SqlValue[] = [], context: Context = byModulo(3)): Scatter {
  const plan = planner.plan({ statement, parameters }, context);
  assert.ok(plan.kind === 'scatter', JSON.stringify(plan));
  return plan;
}

/** What each request says, without what comes behind FROM. */
function asked(statement: string, parameters: readonly SqlValue[] = [], context?: Context): string[] {
  return scattered(statement, parameters, context).requests.map((request) => request.statement);
}

function part(columns: string, ...rows: SqlValue[][]): Part {
  return { columns: columns.split(' '), rows };
}

const page = `SELECT u.id, u.first_name,
  (SELECT group_concat(number, '\n')
     FROM (SELECT number FROM phone_numbers WHERE user_id = u.id ORDER BY position)) AS phone_numbers
  FROM users u WHERE u.id > ? ORDER BY u.id LIMIT ?`;

describe('rows of shards become rows of the answer', () => {
  test('the page of users is asked of each shard as it stands, and the first of all are taken', () => {
    const plan = scattered(page, [4, 2]);
    const [request] = plan.requests;
    assert.ok(request !== undefined && plan.requests.length === 1 && plan.way === 'partial');
    assert.equal(request.statement.replace(/\s+/g, ' ').replaceAll('"', ''), page.replace(/\s+/g, ' '));
    assert.deepEqual(request.parameters, [4, 2]);
    assert.deepEqual(request.shards, ['shard-0', 'shard-1', 'shard-2']);
    const merged = plan.merge([
      [
        part('id first_name phone_numbers', [6, 'f', '1\n2'], [9, 'i', null]),
        part('id first_name phone_numbers', [7, 'g', '3'], [10, 'j', null]),
        part('id first_name phone_numbers', [5, 'e', null], [8, 'h', null]),
      ],
    ]);
    assert.deepEqual(merged, {
      kind: 'merged',
      columns: ['id', 'first_name', 'phone_numbers'],
      rows: [
        [5, 'e', null],
        [6, 'f', '1\n2'],
      ],
      rowsMoved: 6,
    });
  });

  test('OFFSET is taken from all, so each shard sends as many more', () => {
    assert.deepEqual(
      scattered('SELECT body FROM posts ORDER BY id LIMIT 5 OFFSET ?', [7]).requests[0]?.parameters,
      [12],
    );
    assert.deepEqual(scattered('SELECT body FROM posts ORDER BY id LIMIT ?', [-1]).requests[0]?.parameters, [-1]);
  });

  test('what is sorted by comes along, and is not shown', () => {
    assert.deepEqual(asked('SELECT body FROM posts ORDER BY length(body) DESC'), [
      'SELECT body, (length(body)) FROM posts',
    ]);
    const merged = scattered('SELECT body FROM posts ORDER BY length(body) DESC').merge([
      [part('body o', ['aa', 2]), part('body o', ['a', 1], ['aaa', 3]), part('body o')],
    ]);
    assert.ok(merged.kind === 'merged');
    assert.deepEqual([merged.columns, merged.rows], [['body'], [['aaa'], ['aa'], ['a']]]);
  });

  test('a list of keys asks their shards alone', () => {
    assert.deepEqual(scattered('SELECT * FROM users WHERE id IN (?, 4, 3)', [1]).shards, ['shard-1', 'shard-0']);
  });

  test('nothing can be sorted by a number that is no longer exact', () => {
    const merged = scattered('SELECT version FROM users ORDER BY version').merge([[part('version', [2 ** 53])]]);
    assert.ok(merged.kind === 'refused' && merged.because === 'limit', JSON.stringify(merged));
  });

  test('more rows than are allowed are refused', () => {
    const plan = scattered('SELECT id FROM users', [], { ...byModulo(3), rowsMax: 2 });
    const merged = plan.merge([[part('id', [1], [2]), part('id', [3]), part('id')]]);
    assert.ok(merged.kind === 'refused' && merged.because === 'limit');
    assert.match(merged.reason, /^3 rows came from the shards, and at most 2 are put together: ask for fewer/);
  });
});

describe('groups of shards become groups of all', () => {
  test('sums and counts are added, averages are made of both, integers stay integers', () => {
    const plan = scattered(
      'SELECT state, count(*) AS n, avg(version), sum(version) / 2 FROM users GROUP BY state ORDER BY n',
    );
    assert.match(plan.requests[0]?.statement ?? '', /^SELECT state, .*, count\(\*\), .* FROM users GROUP BY 1$/);
    const group = (state: string, n: number, sum: number): SqlValue[] => [
      state,
      null,
      ...[n, sum, n, sum].flatMap((one) => [one, `${one}`]),
    ];
    const merged = plan.merge([
      [part('x', group('CA', 2, 3), group('NY', 1, 0)), part('x', group('CA', 2, 2)), part('x')],
    ]);
    assert.ok(merged.kind === 'merged', JSON.stringify(merged));
    assert.deepEqual(merged.columns, ['state', 'n', 'avg(version)', 'sum(version) / 2']);
    assert.deepEqual(merged.rows, [
      ['NY', 1, 0, 0],
      ['CA', 4, 1.25, 2],
    ]);
  });

  test('groups by the shard key are whole on their shards', () => {
    const [statement = ''] = asked('SELECT user_id, count(*) FROM posts GROUP BY user_id ORDER BY 2 DESC LIMIT 3');
    assert.equal(statement, 'SELECT user_id, count(*) FROM posts GROUP BY user_id ORDER BY 2 DESC LIMIT ?');
    const [split = ''] = asked('SELECT user_id, count(*) FROM posts GROUP BY user_id LIMIT 3', [], byModulo(3, [1]));
    assert.doesNotMatch(split, /LIMIT/);
  });

  test('what is counted DISTINCT comes as it is', () => {
    assert.match(asked('SELECT count(DISTINCT city), count(*) FROM users')[0] ?? '', / FROM users GROUP BY 1$/);
  });

  test('a sum that is too large is refused, as one database does', () => {
    const large = `${2n ** 62n}`;
    const rows = part('x y', [2 ** 62, large]);
    const merged = scattered('SELECT sum(version) FROM users').merge([[rows, rows]]);
    assert.deepEqual(merged, { kind: 'refused', because: 'syntax', reason: 'integer overflow' });
  });
});

describe('where rows that belong together lie apart, they are gathered', () => {
  const joined = `SELECT u.first_name, count(*) FROM follows f JOIN users u ON u.id = f.follower_id
    WHERE f.followee_id < ? AND u.state = 'CA' GROUP BY u.id ORDER BY 2 DESC, 1`;

  test('the columns that are named, of the rows that conditions on one table let through', () => {
    const plan = scattered(joined, [9]);
    assert.equal(plan.way, 'gather');
    assert.deepEqual(
      plan.requests.map(({ label, statement, parameters }) => [label, statement, parameters]),
      [
        ['follows', 'SELECT "follower_id", "followee_id" FROM "follows" AS "f" WHERE (f.followee_id < ?)', [9]],
        ['users', `SELECT "id", "first_name", "state" FROM "users" AS "u" WHERE (u.state = 'CA')`, []],
      ],
    );
    const merged = plan.merge([
      [part('a b', [1, 2], [1, 3]), part('a b', [2, 3])],
      [part('a b c', [1, 'x', 'CA']), part('a b c', [2, 'y', 'CA'])],
    ]);
    assert.ok(merged.kind === 'merged');
    assert.deepEqual(
      [merged.rows, merged.rowsMoved],
      [
        [
          ['x', 2],
          ['y', 1],
        ],
        5,
      ],
    );
  });

  test('a table whose key is bound is fetched from its shard alone', () => {
    const plan = scattered('SELECT * FROM follows f JOIN users u ON u.id = f.follower_id WHERE f.followee_id = ?', [4]);
    assert.deepEqual(
      plan.requests.map(({ shards }) => shards),
      [['shard-1'], ['shard-0', 'shard-1', 'shard-2']],
    );
  });

  test('a condition on the right side of a LEFT JOIN waits for the join', () => {
    const [, photos = ''] = asked(
      'SELECT p.id FROM posts p LEFT JOIN photos h ON h.post_id = p.id AND h.bytes > 3 WHERE h.id IS NULL',
    );
    assert.match(photos, /^SELECT .* FROM "photos" AS "h" WHERE \(h\.bytes > 3\)$/);
  });

  test('tables with parts are joined on their shards by key and part where keys are split, else by the key', () => {
    const byKey = 'SELECT p.id FROM posts p JOIN photos h ON h.user_id = p.user_id';
    assert.equal(scattered(byKey).way, 'partial');
    assert.equal(scattered(byKey, [], byModulo(3, [1])).way, 'gather');
    assert.equal(scattered(`${byKey} AND h.post_id = p.id`, [], byModulo(3, [1])).way, 'partial');
    const people = 'SELECT n.number FROM users u JOIN phone_numbers n ON n.user_id = u.id';
    assert.equal(scattered(people, [], byModulo(3, [1])).way, 'partial');
  });

  test('what is not tied is gathered too, and so is what is grouped by another collation', () => {
    assert.equal(scattered('SELECT id FROM users WHERE id IN (SELECT follower_id FROM follows)').way, 'gather');
    assert.equal(scattered('SELECT count(*) FROM users GROUP BY city COLLATE NOCASE').way, 'gather');
  });
});
