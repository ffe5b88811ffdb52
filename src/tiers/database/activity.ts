/**
 * What the site's users do: they post, follow each other, show photos and order things; the schema, and as much of it as
 * is asked for. Made inside SQLite, by arithmetic: a million rows in a second or two.
 */
import type { Random } from '../../kernel/random';
import type { Command } from './sqlite';

const user = 'INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE';
const version = 'version INTEGER NOT NULL DEFAULT (log_position())';

export const activitySchema: readonly string[] = [
  `CREATE TABLE posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id ${user},
    body TEXT NOT NULL CHECK (length(body) <= 1000),
    posted_on TEXT NOT NULL CHECK (posted_on LIKE '____-__-__'),
    ${version}
  ) STRICT`,
  'CREATE INDEX posts_by_user ON posts (user_id, id)',
  `CREATE TABLE photos (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id ${user},
    post_id INTEGER REFERENCES posts (id) ON DELETE SET NULL,
    path TEXT NOT NULL UNIQUE,
    bytes INTEGER NOT NULL CHECK (bytes > 0),
    ${version}
  ) STRICT`,
  'CREATE INDEX photos_by_user ON photos (user_id)',
  'CREATE INDEX photos_by_post ON photos (post_id)',
  `CREATE TABLE follows (
    follower_id ${user},
    followee_id ${user},
    PRIMARY KEY (follower_id, followee_id),
    CHECK (follower_id <> followee_id)
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX follows_by_followee ON follows (followee_id)',
  `CREATE TABLE orders (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id ${user},
    item TEXT NOT NULL,
    amount_cents INTEGER NOT NULL CHECK (amount_cents >= 0),
    state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'paid', 'shipped')),
    ${version}
  ) STRICT`,
  'CREATE INDEX orders_by_user ON orders (user_id)',
  // What is counted often, in as many parts as whoever counts likes: their sum is the count.
  `CREATE TABLE counters (
    user_id ${user},
    name TEXT NOT NULL,
    part INTEGER NOT NULL CHECK (part >= 0),
    value INTEGER NOT NULL,
    PRIMARY KEY (user_id, name, part)
  ) STRICT, WITHOUT ROWID`,
  ...['posts', 'photos', 'orders'].map(
    (table) => `CREATE TRIGGER ${table}_version AFTER UPDATE ON ${table} WHEN NEW.version <> log_position()
      BEGIN UPDATE ${table} SET version = log_position() WHERE id = NEW.id; END`,
  ),
];

/** Per post. */
const density = { photos: 0.25, follows: 2, orders: 0.5 };

/** Fills the tables for so many users; the same chance gives the same rows. */
export function activity(random: Random, users: number, postsPerUser: number): Command[] {
  const posts = Math.floor(users * postsPerUser);
  if (posts < 1) return [];
  const draw = (below: number): string => drawn(random, below);
  const anyone = `1 + ${draw(users)}`;
  const text = [openings, things, endings].map((words) => word(random, words)).join(" || ' ' || ");
  const on = `printf('2026-%02d-%02d', 1 + ${draw(12)}, 1 + ${draw(28)})`;
  const states = `CASE ${draw(3)} WHEN 0 THEN 'new' WHEN 1 THEN 'paid' ELSE 'shipped' END`;
  // Some are followed by many: the product of two even draws is mostly small.
  const followed = `1 + ${draw(users)} * ${draw(users)} / ${users}`;
  const commands = [
    rows(posts, `INSERT INTO posts (user_id, body, posted_on, version) SELECT ${anyone}, ${text}, ${on}, 0`),
    rows(
      Math.floor(posts * density.photos),
      `INSERT INTO photos (user_id, post_id, path, bytes, version)
        SELECT p.user_id, p.id, '/photos/' || i || '.jpg', 20000 + ${draw(2_000_000)}, 0`,
      `JOIN posts p ON p.id = 1 + (i * ${Math.round(1 / density.photos)}) % ${posts}`,
    ),
    rows(
      Math.floor(posts * density.follows),
      `INSERT OR IGNORE INTO follows (follower_id, followee_id) SELECT 1 + i % ${users}, ${followed}`,
      `WHERE 1 + i % ${users} <> ${followed}`,
    ),
    rows(
      Math.floor(posts * density.orders),
      `INSERT INTO orders (user_id, item, amount_cents, state, version)
        SELECT ${anyone}, ${word(random, things)}, 100 + ${draw(50_000)}, ${states}, 0`,
    ),
  ];
  return commands.map((statement) => ({ statement, parameters: [] }));
}

/** A statement over the numbers `i` from 1 on. */
function rows(count: number, insert: string, joined = ''): string {
  return `WITH RECURSIVE numbers (i) AS (SELECT 1 WHERE ${count} > 0 UNION ALL SELECT i + 1 FROM numbers WHERE i < ${count})
    ${insert} FROM numbers ${joined}`;
}

/** A number below another that looks drawn, for each `i`: a step and a start that were drawn, modulo a prime. */
function drawn(random: Random, below: number): string {
  return `((i * ${1 + random.int(999_982)} + ${random.int(1_000_000)}) % 999983 % ${below})`;
}

const wordLength = 16;

/** One of some words; SQLite cuts it out of all of them. */
function word(random: Random, words: readonly string[]): string {
  const all = words.map((one) => one.padEnd(wordLength)).join('');
  return `rtrim(substr('${all}', 1 + ${wordLength} * (${drawn(random, words.length)}), ${wordLength}))`;
}

const openings = ['Found', 'Lost', 'Just saw', 'Looking for', 'In love with', 'Who has', 'Painted', 'Sold', 'Fixed'];
const things = [
  'a bicycle',
  'a blue kettle',
  'an old map',
  'a violin',
  'a good book',
  'a red scarf',
  'a telescope',
  'a lamp',
];
const endings = ['today', 'again', 'at last', 'by the lake', 'in the rain', 'on the train', 'with friends'];
