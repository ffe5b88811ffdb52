/**
 * Claim: what is outside of the declared subset is refused, with a reason, whenever it would need several shards; it is
 * never answered.
 */
import fc from 'fast-check';
import { Planner } from '../../src/sharding/sql/planner';
import type { Because } from '../../src/sharding/sql/refusal';
import { byModulo, siteSchema } from '../../src/sharding/sql/testing-shards';
import { type Claim, type Effort, type Finding, Violation } from '../../src/testing/judge';

interface Case {
  readonly shards: number;
  readonly isSplit: boolean;
  readonly statement: string;
}

const tables = ['users', 'posts', 'orders', 'follows'] as const;

/** What there is to a statement that is not taken; `T` stands for a table, `K` for its key, which all of them have. */
const statements: readonly string[] = [
  'SELECT row_number() OVER (ORDER BY K) FROM T',
  'SELECT sum(K) OVER () FROM T',
  'SELECT K FROM T UNION SELECT K FROM T',
  'SELECT K FROM T UNION ALL SELECT id FROM users',
  'SELECT K FROM T EXCEPT SELECT id FROM users WHERE id > 2',
  'WITH x AS (SELECT K FROM T) SELECT * FROM x',
  'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT i, K FROM n, T',
  'SELECT * FROM T RIGHT JOIN users u ON u.id = T.K',
  'SELECT * FROM T FULL JOIN users u ON u.id = T.K',
  'SELECT * FROM T NATURAL JOIN users',
  'SELECT K, random() FROM T',
  "SELECT K, date('now') FROM T",
  'SELECT K FROM T WHERE K > abs(random())',
  'SELECT count(*), current_timestamp FROM T',
  'SELECT K, last_insert_rowid() FROM T',
  'SELECT K, changes() FROM T',
  'SELECT K, count(*) FROM T',
  'SELECT *, count(*) FROM T',
  'SELECT first_name, max(version) FROM users',
  'SELECT city, state, count(*) FROM users GROUP BY city',
  'SELECT state FROM users GROUP BY city ORDER BY first_name',
  'SELECT city FROM users GROUP BY city HAVING first_name > 1',
  'SELECT city, (SELECT max(p.id) FROM posts p WHERE p.user_id = u.id) FROM users u GROUP BY city',
  'SELECT city, (SELECT sum(p.id + u.version) FROM posts p) FROM users u GROUP BY city',
  'SELECT (SELECT count(u.id)) FROM users u',
  'SELECT group_concat(K) FROM T',
  'SELECT group_concat(body) FROM posts GROUP BY user_id',
  'SELECT u.id, (SELECT group_concat(p.body) FROM posts p WHERE p.user_id = u.id) FROM users u',
  'SELECT json_group_array(K) FROM T',
  'SELECT DISTINCT city FROM users ORDER BY id',
  'SELECT DISTINCT city COLLATE NOCASE FROM users',
  'SELECT city COLLATE NOCASE, count(*) FROM users GROUP BY 1',
  'SELECT K FROM T WHERE K IN (SELECT id FROM users LIMIT 1)',
  'SELECT id, (SELECT body FROM posts WHERE user_id = u.id) FROM users u',
  'SELECT rowid, K FROM T',
  'SELECT * FROM (T JOIN users u ON u.id = T.K)',
  "SELECT K, x'00' FROM T",
  'VALUES (1), (2)',
  'SELECT * FROM sqlite_master, T',
  'SELECT * FROM pragma_table_info(?), T',
  'SELECT K FROM main.T',
  'SELECT K FROM T INDEXED BY some_index',
  'EXPLAIN SELECT K FROM T',
  'PRAGMA table_info(T)',
  'DELETE FROM T',
  'DELETE FROM T WHERE K > 1',
  'DELETE FROM T WHERE K = 1 OR K = 2',
  'DELETE FROM T WHERE K IN (SELECT id FROM users)',
  'UPDATE T SET K = 1 WHERE K = 2',
  'UPDATE orders SET state = (SELECT max(first_name) FROM users) WHERE user_id = 1',
  'UPDATE users SET version = 1 FROM posts WHERE posts.user_id = users.id AND users.id = 1',
  'INSERT INTO phone_numbers SELECT id, 0, 1 FROM users',
  'INSERT INTO follows VALUES (1, 1 + 1)',
  'INSERT INTO follows VALUES (1, (SELECT max(id) FROM users))',
  'INSERT INTO users DEFAULT VALUES',
  'INSERT INTO follows VALUES (1, 2) ON CONFLICT DO UPDATE SET followee_id = 3',
  'CREATE TABLE y AS SELECT * FROM T',
  'CREATE INDEX i ON T (K)',
  'DROP TABLE T',
  'ALTER TABLE T ADD COLUMN x',
  'ATTACH DATABASE ? AS other',
  'VACUUM',
  'BEGIN',
  'SELECT ?1 FROM T',
  'SELECT K FROM T; DELETE FROM T',
];

const keys = { users: 'id', posts: 'user_id', orders: 'user_id', follows: 'followee_id' } as const;

const becauses: readonly Because[] = ['syntax', 'not-allowed', 'not-distributable', 'cross-shard'];

export const strangersRefused = (effort: Effort): Claim<Case> => ({
  ...effort,
  name: 'what cannot be answered from several shards is refused',
  draw: fc.record({
    shards: fc.integer({ min: 2, max: 5 }),
    isSplit: fc.boolean(),
    statement: fc
      .tuple(fc.constantFrom(...statements), fc.constantFrom(...tables), fc.boolean())
      .map(([text, table, isSmall]) => {
        const whole = text.replace(/\bT\b/g, table).replace(/\bK\b/g, keys[table]);
        return isSmall
          ? whole.replace(/\b(SELECT|FROM|WHERE|GROUP BY|UNION|WITH)\b/g, (word) => word.toLowerCase())
          : whole;
      }),
  }),
  attempt,
  show: ({ shards, isSplit, statement }) => ({
    lines: [`${shards} shards${isSplit ? ', key 1 split' : ''}`, statement],
  }),
});

function attempt({ shards, isSplit, statement }: Case): Finding {
  const context = byModulo(shards, isSplit ? [1] : []);
  const plan = new Planner(siteSchema).plan({ statement, parameters: ['users'] }, context);
  if (plan.kind !== 'refused') throw new Violation('answered', `${statement}: ${JSON.stringify(plan)}`);
  if (!becauses.includes(plan.because) || plan.reason.length < 10 || plan.reason.includes('\n')) {
    throw new Violation('no reason', `${statement}: ${plan.because}: ${plan.reason}`);
  }
  return undefined;
}
