/**
 * A site's rows, drawn, in one database and in as many shards as were drawn, placed by any function of their keys: what is
 * asked of the shards has to be what the one says.
 */
import SQLite, { type Database } from 'better-sqlite3';
import fc from 'fast-check';
import { type Random, seeded } from '../../src/kernel/random';
import type { SqlValue } from '../../src/protocols/sql';
import type { Context, Part, Sent } from '../../src/sharding/sql/context';
import { creation, tables } from '../../src/sharding/sql/testing-shards';

export interface Rows {
  readonly seed: number;
  readonly users: number;
  /** Of each other table. */
  readonly others: number;
  readonly shards: number;
  /** Whether the first users' posts and photos are spread over all shards. */
  readonly split: number;
  /** Whether there are amounts of which two are more than 64 bits hold. */
  readonly isHuge: boolean;
}

export const someRows: fc.Arbitrary<Rows> = fc.record({
  seed: fc.nat({ max: 10_000 }),
  users: fc.noBias(fc.nat({ max: 10 })),
  others: fc.noBias(fc.nat({ max: 18 })),
  shards: fc.constantFrom(3, 2, 4, 5, 3, 2, 4, 5, 3, 1),
  split: fc.constantFrom(0, 0, 1, 3),
  isHuge: fc.constantFrom(false, false, false, false, false, false, false, false, false, true),
});

type Row = Readonly<Record<string, SqlValue | bigint>>;

/** One database with all rows, and the shards with a share of them each. */
export class Shards {
  readonly context: Context;
  private readonly whole: Database;
  private readonly shards: ReadonlyMap<string, Database>;

  constructor(private readonly rows: Rows) {
    const names = Array.from({ length: rows.shards }, (_, index) => `shard-${index}`);
    this.whole = created();
    this.shards = new Map(names.map((name) => [name, created()]));
    const isSplit = (key: unknown): boolean => Number(key) <= rows.split;
    const first = (key: unknown): string => names[hash(rows.seed, key) % names.length] ?? '';
    this.context = {
      shards: names,
      hasSplitKeys: rows.split > 0,
      shardsOf: ({ table, key, part }) => {
        if (part === null || !isSplit(key) || tables.find((one) => one.table === table)?.part === undefined) {
          return [first(key)];
        }
        return part === undefined ? names : [first(`${part}/part`)];
      },
    };
    this.fill();
  }

  /** What the one database says; its words where it refuses. */
  one({ statement, parameters }: Sent): Part | string {
    return ask(this.whole, { statement, parameters });
  }

  of(shard: string, sent: Sent): Part | string {
    const database = this.shards.get(shard);
    return database === undefined ? `there is no ${shard}` : ask(database, sent);
  }

  close(): void {
    for (const database of [this.whole, ...this.shards.values()]) database.close();
  }

  private fill(): void {
    for (const [table, rows] of Object.entries(drawn(this.rows))) {
      const { key, part } = tables.find((one) => one.table === table) ?? { key: '' };
      const columns = Object.keys(rows[0] ?? {});
      const text = `INSERT OR IGNORE INTO ${table} (${columns}) VALUES (${columns.map(() => '?')})`;
      for (const row of rows) {
        const values = columns.map((column) => integral(row[column] ?? null));
        if (this.whole.prepare(text).run(...values).changes === 0) continue;
        const keyValue = row[key];
        if (typeof keyValue !== 'number') continue;
        const partValue = part === undefined ? undefined : row[part];
        const partOf = typeof partValue === 'bigint' ? undefined : partValue;
        const place = partOf === undefined ? { table, key: keyValue } : { table, key: keyValue, part: partOf };
        const [shard = ''] = this.context.shardsOf(place);
        this.shards
          .get(shard)
          ?.prepare(text)
          .run(...values);
      }
    }
  }
}

function drawn({ seed, users, others, isHuge }: Rows): Readonly<Record<string, readonly Row[]>> {
  const random = seeded(seed);
  const user = (): number => 1 + random.int(users + 1);
  const many = (count: number, row: (id: number) => Row): Row[] =>
    Array.from({ length: count }, (_, index) => row(index + 1));
  return {
    users: Array.from({ length: users }, (_, index) => ({
      id: index + 1,
      first_name: pick(random, texts),
      last_name: pick(random, texts),
      city: pick(random, [null, ...texts]),
      state: pick(random, [null, 'CA', 'NY', 'ca']),
      version: random.int(3),
    })),
    phone_numbers: many(others, () => ({ user_id: user(), position: random.int(4), number: `${random.int(30)}` })),
    posts: many(others, (id) => ({
      id,
      user_id: user(),
      body: pick(random, texts),
      posted_on: pick(random, [null, '2026-01-02', '2026-01-03']),
      version: random.int(3),
    })),
    photos: many(others, (id) => ({
      id,
      user_id: user(),
      post_id: pick(random, [null, 1 + random.int(others + 1)]),
      path: pick(random, [null, ...texts]),
      bytes: pick(random, [null, 5, 100, random.int(50)]),
    })),
    follows: many(others, () => ({ follower_id: user(), followee_id: user() })),
    orders: many(others, (id) => ({
      id,
      user_id: user(),
      item: pick(random, [null, ...texts]),
      amount_cents: pick(random, [null, 0, 5, 5, 7, -3, 250, ...(isHuge ? [2n ** 62n, 2n ** 62n] : [])]),
      rating: pick(random, [null, 1.5, 2, -0.5, 4.25]),
      state: pick(random, ['new', 'paid', 'shipped']),
    })),
  };
}

/** With the same letters in capitals, with digits that are no number to SQLite, and with what sorts between them. */
const texts = ['a', 'A', 'b', 'B', '10', '9', '', 'ä'] as const;

function pick<T>(random: Random, from: readonly T[]): T {
  const chosen = from[random.int(from.length)];
  if (chosen === undefined) throw new RangeError('nothing to choose from');
  return chosen;
}

function hash(seed: number, key: unknown): number {
  return seeded(`${seed}:${key}`).int(1_000_000);
}

function created(): Database {
  const database = new SQLite(':memory:');
  for (const statement of creation) database.exec(statement);
  return database;
}

/** Integers as such: by itself the driver binds every number as a real. */
function integral(value: SqlValue | bigint): SqlValue | bigint {
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value;
}

function ask(database: Database, { statement, parameters }: Sent): Part | string {
  try {
    const prepared = database.prepare<SqlValue[], SqlValue[]>(statement).raw(true);
    return { columns: prepared.columns().map(({ name }) => name), rows: prepared.all(...parameters) };
  } catch (failure) {
    if (failure instanceof SQLite.SqliteError) return failure.message;
    throw failure;
  }
}
