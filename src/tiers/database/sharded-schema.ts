/**
 * The site's tables as every shard has them. Foreign keys are only where both sides lie together at any version of the map;
 * what is unique is so within what moves together; and nobody but the router gives ids, since every shard would give the
 * same ones.
 */
import { accountsSchema } from './accounts';

const user = 'INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE';
const version = 'version INTEGER NOT NULL DEFAULT (log_position())';

export const shardedSchema: readonly string[] = [
  `CREATE TABLE users (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    first_name TEXT NOT NULL CHECK (length(first_name) BETWEEN 1 AND 100),
    last_name TEXT NOT NULL CHECK (length(last_name) BETWEEN 1 AND 100),
    street_address TEXT NOT NULL,
    city TEXT NOT NULL,
    state TEXT NOT NULL,
    postal_code TEXT NOT NULL,
    ${version}
  ) STRICT`,
  'CREATE INDEX users_by_name ON users (last_name, first_name)',
  `CREATE TABLE phone_numbers (
    user_id ${user},
    position INTEGER NOT NULL CHECK (position >= 0),
    number TEXT NOT NULL CHECK (number NOT LIKE '%' || char(10) || '%'),
    PRIMARY KEY (user_id, position)
  ) STRICT, WITHOUT ROWID`,
  // Posts of a user who is spread lie elsewhere than the user: their way out with the user leads through the outbox.
  `CREATE TABLE posts (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL,
    body TEXT NOT NULL CHECK (length(body) <= 1000),
    posted_on TEXT NOT NULL CHECK (posted_on LIKE '____-__-__'),
    ${version}
  ) STRICT`,
  'CREATE UNIQUE INDEX posts_by_user ON posts (user_id, id)',
  `CREATE TABLE photos (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL,
    post_id INTEGER,
    path TEXT NOT NULL,
    bytes INTEGER NOT NULL CHECK (bytes > 0),
    ${version},
    UNIQUE (user_id, post_id, path),
    FOREIGN KEY (user_id, post_id) REFERENCES posts (user_id, id)
  ) STRICT`,
  `CREATE TABLE follows (
    follower_id INTEGER NOT NULL,
    followee_id ${user},
    PRIMARY KEY (follower_id, followee_id),
    CHECK (follower_id <> followee_id)
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX follows_by_followee ON follows (followee_id)',
  `CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    user_id ${user},
    item TEXT NOT NULL,
    amount_cents INTEGER NOT NULL CHECK (amount_cents >= 0),
    state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'paid', 'shipped')),
    ${version}
  ) STRICT`,
  'CREATE INDEX orders_by_user ON orders (user_id)',
  // What is counted often, in as many parts as whoever counts likes: their sum is the count.
  `CREATE TABLE counters (
    user_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    part INTEGER NOT NULL CHECK (part >= 0),
    value INTEGER NOT NULL,
    PRIMARY KEY (user_id, name, part)
  ) STRICT, WITHOUT ROWID`,
  // Posts of those whom a user follows, once more, where the reader is: a join over all shards is not needed to read them.
  `CREATE TABLE feed (
    user_id ${user},
    post_id INTEGER NOT NULL,
    author_id INTEGER NOT NULL,
    posted_on TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (user_id, post_id)
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX feed_by_author ON feed (user_id, author_id)',
  // A post of an author who is spread is told to where the followers are; nothing stays here. Without a body it is gone.
  `CREATE TABLE announcements (
    author_id INTEGER NOT NULL,
    post_id INTEGER NOT NULL,
    posted_on TEXT,
    body TEXT,
    PRIMARY KEY (author_id, post_id)
  ) STRICT, WITHOUT ROWID`,
  ...accountsSchema,
  // What other shards have yet to be told: see feed.ts and outbox.ts.
  `CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    key INTEGER NOT NULL,
    part INTEGER,
    statement TEXT NOT NULL,
    parameters TEXT NOT NULL,
    source TEXT,
    source_parameters TEXT
  ) STRICT`,
  'CREATE INDEX outbox_by_key ON outbox (key, part)',
  // Which lost writes were done once more, and where: a second time changes nothing.
  'CREATE TABLE recovered_writes (id TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID',
  ...['users', 'posts', 'photos', 'orders'].map(
    (table) => `CREATE TRIGGER ${table}_version AFTER UPDATE ON ${table} WHEN NEW.version <> log_position()
      BEGIN UPDATE ${table} SET version = log_position() WHERE id = NEW.id; END`,
  ),
];
