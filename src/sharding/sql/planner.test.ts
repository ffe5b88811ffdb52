/** Where statements go: points, writes, transactions, new ids; and what is refused, with a reason for people. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SqlParameter } from '../../protocols/sql';
import type { Context } from './context';
import { Planner } from './planner';
import { byModulo, siteSchema } from './testing-shards';

const planner = new Planner(siteSchema);
const four = byModulo(4);

function routed(statement: string, parameters: readonly SqlParameter[] = [], context: Context = four): string {
  const plan = planner.plan({ statement, parameters }, context);
  if (plan.kind === 'refused') return `refused ${plan.because}: ${plan.reason}`;
  if (plan.kind === 'whole') return plan.shard;
  return plan.kind === 'scatter' ? `scatter ${plan.shards.length}` : 'needs ids';
}

describe('a point statement goes to the shard that has its key', () => {
  const cases: readonly (readonly [string, readonly SqlParameter[], string])[] = [
    ['SELECT * FROM users WHERE id = ?', [6], 'shard-2'],
    ['select U.ID from Users as U where 5 == u."ID" and last_name > ?', ['x'], 'shard-1'],
    ['SELECT * FROM users WHERE (id = (?)) AND first_name IS NOT NULL', [7], 'shard-3'],
    ['SELECT * FROM users WHERE id IN (?, ?)', [2, 6], 'shard-2'],
    ['SELECT * FROM users WHERE id = ?', ['6'], 'shard-2'],
    ['SELECT count(*) FROM users WHERE id = ?', [null], 'shard-0'],
    ['SELECT count(*) FROM users WHERE id = 1.5', [], 'shard-0'],
    ['SELECT 1', [], 'shard-0'],
    ['SELECT u.id, p.body FROM users u JOIN posts p ON p.user_id = u.id WHERE u.id = ?', [3], 'shard-3'],
    ['SELECT u.id FROM users u LEFT JOIN posts p ON p.user_id = u.id WHERE u.id = ?', [3], 'shard-3'],
    ['SELECT * FROM users u JOIN phone_numbers p ON u.id = 1 AND p.user_id = 5', [], 'shard-1'],
    ['SELECT (SELECT count(*) FROM posts WHERE user_id = u.id) FROM users u WHERE u.id = ?', [9], 'shard-1'],
    ['UPDATE users SET city = ? WHERE id = ?', ['Rome', 6], 'shard-2'],
    ['UPDATE users SET city = (SELECT max(body) FROM posts WHERE user_id = users.id) WHERE id = 6', [], 'shard-2'],
    ['DELETE FROM phone_numbers WHERE user_id = ? AND position > 0', [5], 'shard-1'],
    ['DELETE FROM users WHERE id IN (1, 5, 9) RETURNING id', [], 'shard-1'],
    ['INSERT INTO phone_numbers VALUES (?, 0, ?)', [7, '1'], 'shard-3'],
    ["INSERT INTO phone_numbers VALUES (7, 0, '1'), (3, 0, '2')", [], 'shard-3'],
    ['INSERT OR IGNORE INTO follows (follower_id, followee_id) VALUES (1, ?)', [2], 'shard-2'],
    ['REPLACE INTO follows (follower_id, followee_id) VALUES (1, 3)', [], 'shard-3'],
    [
      'INSERT INTO users (id, first_name, last_name) VALUES (2, ?, ?) ON CONFLICT (id) DO UPDATE SET city = excluded.city',
      ['a', 'b'],
      'shard-2',
    ],
    [
      `INSERT INTO phone_numbers (user_id, position, number)
        SELECT u.id, p.key, p.value FROM json_each(?) p, users u WHERE u.id = ?`,
      ['[]', 7],
      'shard-3',
    ],
  ];
  for (const [statement, parameters, expected] of cases) {
    test(statement.replace(/\s+/g, ' '), () => assert.equal(routed(statement, parameters), expected));
  }
});

describe('what would need several shards, or is not for a router, is refused with its reason', () => {
  const cases: readonly (readonly [string, readonly SqlParameter[], RegExp])[] = [
    ['SELEC 1', [], /^refused syntax: /],
    ['SELECT nowhere FROM users', [], /^refused syntax: no such column: nowhere$/],
    [
      'SELECT id FROM users JOIN posts USING (id) WHERE version = 1',
      [],
      /^refused syntax: ambiguous column name: version$/,
    ],
    ['SELECT id FROM users WHERE id = ?1', [1], /^refused syntax: \?1: parameters are written as \?$/],
    [
      'SELECT * FROM sqlite_master',
      [],
      /^refused not-distributable: sqlite_master is no sharded table; there are users, /,
    ],
    ['CREATE TABLE x (a)', [], /^refused not-allowed: CREATE TABLE: all shards have one schema/],
    ['DROP TABLE users', [], /^refused not-allowed: DROP TABLE: /],
    ['PRAGMA user_version', [], /^refused not-allowed: PRAGMA acts on one database/],
    ['BEGIN', [], /^refused not-allowed: /],
    ['EXPLAIN SELECT 1', [], /^refused not-allowed: /],
    [
      'DELETE FROM posts',
      [],
      /^refused cross-shard: a write to posts without naming their user_id .* WHERE user_id = \?$/,
    ],
    ['UPDATE posts SET body = ? WHERE id = ?', ['x', 1], /^refused cross-shard: /],
    ['UPDATE users SET id = 3 WHERE id = 1', [], /^refused cross-shard: users\.id says where a row lies/],
    ['UPDATE posts SET user_id = 3 WHERE user_id = 1', [], /^refused cross-shard: posts\.user_id says/],
    ['DELETE FROM users WHERE id IN (1, 2)', [], /^refused cross-shard: a write over 2 shards \(users 1, users 2\)/],
    ['DELETE FROM users WHERE id = 1 OR id = 5', [], /^refused cross-shard: /],
    ["INSERT INTO phone_numbers VALUES (1, 0, '1'), (2, 0, '2')", [], /^refused cross-shard: a write over 2 shards/],
    ["INSERT INTO phone_numbers (position, number) VALUES (0, '1')", [], /needs its user_id/],
    ["INSERT INTO phone_numbers VALUES (?, 0, '1')", [null], /needs its user_id, .* NULL is none$/],
    ["INSERT INTO phone_numbers VALUES (1 + 1, 0, '1')", [], /has to be a value or a \?, not computed$/],
    ['INSERT INTO users DEFAULT VALUES', [], /^refused not-distributable: DEFAULT VALUES names no shard key/],
    ['INSERT INTO orders (id, user_id) SELECT 1, user_id FROM posts', [], /^refused cross-shard: /],
    ['INSERT INTO orders (user_id) SELECT user_id FROM posts WHERE user_id = 1', [], /gives orders no ids/],
    [
      'INSERT INTO follows VALUES (1, 2) ON CONFLICT DO UPDATE SET followee_id = 3',
      [],
      /^refused cross-shard: follows\.followee_id says where/,
    ],
    ['WITH x AS (SELECT 1) SELECT * FROM x', [], /^refused not-distributable: WITH: /],
    ['SELECT 1 UNION SELECT 2', [], /^refused not-distributable: UNION/],
    ['INSERT INTO follows VALUES (1, 2) UNION SELECT 1, 2', [], /^refused not-distributable: UNION/],
    ['SELECT row_number() OVER () FROM users', [], /^refused not-distributable: window functions/],
    [
      'SELECT * FROM users RIGHT JOIN posts ON user_id = users.id',
      [],
      /^refused not-distributable: RIGHT and FULL JOIN/,
    ],
    [
      'SELECT * FROM users FULL JOIN posts ON user_id = users.id',
      [],
      /^refused not-distributable: RIGHT and FULL JOIN/,
    ],
    ['SELECT * FROM users NATURAL JOIN posts', [], /^refused not-distributable: NATURAL JOIN/],
    ['SELECT * FROM main.users', [], /^refused not-distributable: names of databases/],
    ["SELECT x'00'", [], /^refused not-distributable: x'…'/],
  ];
  for (const [statement, parameters, reason] of cases) {
    test(statement, () => assert.match(routed(statement, parameters), reason));
  }

  test('with one shard there is nothing to be refused about', () => {
    assert.equal(routed('DELETE FROM posts', [], byModulo(1)), 'shard-0');
  });

  test('a split key is several shards, unless its part is named', () => {
    const context = byModulo(4, [42]);
    assert.match(routed('DELETE FROM posts WHERE user_id = 42', [], context), /^refused cross-shard/);
    assert.equal(routed('DELETE FROM posts WHERE user_id = 42 AND id = 7', [], context), 'shard-3');
    assert.equal(routed("INSERT INTO posts (id, user_id, body) VALUES (5, 42, 'x')", [], context), 'shard-1');
    assert.equal(routed('DELETE FROM users WHERE id = 42', [], context), 'shard-2');
    assert.equal(routed('DELETE FROM posts WHERE user_id = 41', [], context), 'shard-1');
  });
});

describe('new rows get ids', () => {
  const plan = (statement: string, parameters: readonly SqlParameter[], context = byModulo(4)): unknown => {
    const planned = planner.plan({ statement, parameters }, context);
    return planned.kind === 'whole' ? [planned.shard, ...planned.statements] : planned;
  };

  test('an INSERT without its id is given one, and goes where that leads', () => {
    assert.deepEqual(
      plan('INSERT INTO users (first_name, last_name) VALUES (?, ?)', ['a', 'b'], byModulo(4, [], 1_001)),
      [
        'shard-1',
        {
          statement: 'INSERT INTO users ("id", first_name, last_name) VALUES (?, ?, ?)',
          parameters: [1_001, 'a', 'b'],
        },
      ],
    );
    assert.deepEqual(plan("INSERT INTO posts (body, user_id) VALUES ('a', ?), (?, 6)", [2, 'b']), [
      'shard-2',
      {
        statement: `INSERT INTO posts ("id", body, user_id) VALUES (?, 'a', ?), (?, ?, 6)`,
        parameters: [1_000, 2, 1_001, 'b'],
      },
    ]);
  });

  test('so is one with NULL for it, written or handed over', () => {
    assert.deepEqual(plan('INSERT INTO posts (body, id, user_id) VALUES (?, NULL, ?)', ['a', 2]), [
      'shard-2',
      { statement: 'INSERT INTO posts (body, id, user_id) VALUES (?, ?, ?)', parameters: ['a', 1_000, 2] },
    ]);
    assert.deepEqual(plan('INSERT INTO users VALUES (?, ?, ?, NULL, NULL, NULL, NULL, 0)', [null, 'a', 'b']), [
      'shard-0',
      { statement: 'INSERT INTO users VALUES (?, ?, ?, NULL, NULL, NULL, NULL, 0)', parameters: [1_000, 'a', 'b'] },
    ]);
  });

  test('{newId} is one number all over a transaction, and the first new row has it', () => {
    const insertPhone = {
      statement: 'INSERT INTO phone_numbers VALUES (?, 0, ?)',
      parameters: [{ newId: 'users' }, '1'],
    };
    const read = { statement: 'SELECT * FROM users WHERE id = ?', parameters: [{ newId: 'users' }] };
    for (const first of [
      {
        statement: 'INSERT INTO users (id, first_name, last_name) VALUES (?, ?, ?)',
        parameters: [{ newId: 'users' }, 'a', 'b'],
      },
      { statement: 'INSERT INTO users (first_name, last_name) VALUES (?, ?)', parameters: ['a', 'b'] },
    ]) {
      const planned = planner.transaction([first, insertPhone, read], byModulo(4, [], 1_003));
      assert.ok(planned.kind === 'whole', JSON.stringify(planned));
      assert.equal(planned.shard, 'shard-3');
      assert.deepEqual(
        planned.statements.map(({ parameters }) => parameters[0]),
        [1_003, 1_003, 1_003],
      );
    }
  });

  test('without ids in stock it says how many it needs', () => {
    const { newId: _, ...none } = byModulo(4);
    assert.deepEqual(plan("INSERT INTO posts (body, user_id) VALUES ('a', 2), ('b', 2)", [], none), {
      kind: 'needs-ids',
      tables: { posts: 2 },
    });
  });
});

describe('a transaction belongs to one shard', () => {
  const both = (second: string) =>
    planner.transaction(
      [
        { statement: 'UPDATE users SET city = ? WHERE id = ?', parameters: ['Rome', 6] },
        { statement: second, parameters: [] },
      ],
      four,
    );

  test('keys that happen to lie together are fine', () => {
    const planned = both('DELETE FROM phone_numbers WHERE user_id = 2');
    assert.ok(planned.kind === 'whole' && planned.shard === 'shard-2' && planned.writes);
    assert.deepEqual(planned.places, [
      { table: 'users', key: 6 },
      { table: 'phone_numbers', key: 2 },
    ]);
  });

  test('others are refused, and named', () => {
    const planned = both('DELETE FROM phone_numbers WHERE user_id = 3');
    assert.ok(planned.kind === 'refused' && planned.because === 'cross-shard');
    assert.match(planned.reason, /^a transaction over 2 shards \(users 6, phone_numbers 3\): /);
  });

  test('what touches no row at all goes along', () => {
    for (const statement of ['SELECT 1', 'DELETE FROM users WHERE id = NULL']) {
      const planned = both(statement);
      assert.ok(planned.kind === 'whole' && planned.shard === 'shard-2', JSON.stringify(planned));
    }
  });
});
