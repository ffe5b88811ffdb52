/** The site's tables as they are sharded, and shards by modulo, for tests of plans. */
import type { ShardedTable } from '../../protocols/shard-map';
import type { Context } from './context';
import { readSchema, type Schema } from './schema';

export const tables: readonly ShardedTable[] = [
  { table: 'users', key: 'id' },
  { table: 'phone_numbers', key: 'user_id' },
  { table: 'posts', key: 'user_id', part: 'id' },
  { table: 'photos', key: 'user_id', part: 'post_id' },
  { table: 'follows', key: 'followee_id' },
  { table: 'orders', key: 'user_id' },
];

export const creation: readonly string[] = [
  `CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT, first_name TEXT NOT NULL, last_name TEXT NOT NULL, street_address TEXT,
    city TEXT, state TEXT, postal_code TEXT, version INTEGER NOT NULL DEFAULT 0
  ) STRICT`,
  `CREATE TABLE phone_numbers (
    user_id INTEGER NOT NULL, position INTEGER NOT NULL, number TEXT NOT NULL, PRIMARY KEY (user_id, position)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE posts (
    id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, body TEXT NOT NULL, posted_on TEXT, version INTEGER NOT NULL DEFAULT 0
  ) STRICT`,
  `CREATE TABLE photos (
    id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, post_id INTEGER, path TEXT, bytes INTEGER, version INTEGER DEFAULT 0
  ) STRICT`,
  `CREATE TABLE follows (
    follower_id INTEGER NOT NULL, followee_id INTEGER NOT NULL, PRIMARY KEY (follower_id, followee_id)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE orders (
    id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, item TEXT, amount_cents INTEGER, rating REAL, state TEXT DEFAULT 'new'
  ) STRICT`,
];

export const siteSchema: Schema = readSchema(creation, tables);

/** `shard-0` and so on, by the remainder of the key; the rows of split keys by that of the part. */
export function byModulo(count: number, split: readonly number[] = [], nextId = 1_000): Context {
  const shards = Array.from({ length: count }, (_, index) => `shard-${index}`);
  let next = nextId;
  return {
    shards,
    hasSplitKeys: split.length > 0,
    shardsOf: ({ table, key, part }) => {
      if (!split.includes(Number(key)) || !/^(posts|photos)$/.test(table)) return [`shard-${mod(Number(key), count)}`];
      if (part === null) return [`shard-${mod(Number(key), count)}`];
      return part === undefined ? shards : [`shard-${mod(Number(part), count)}`];
    },
    newId: () => next++,
  };
}

export function mod(value: number, by: number): number {
  return ((value % by) + by) % by;
}
