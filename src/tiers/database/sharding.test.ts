/** What a shard holds, what it takes and refuses, and what goes with its keys when they leave. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Placement, ShardMap } from '../../protocols/shard-map';
import type { SqlValue } from '../../protocols/sql';
import { begun, sliceToMove, switched } from '../../sharding/map-steps';
import { Owners } from '../../sharding/shard-map';
import { siteTables } from '../../sharding/site-tables';
import { slicesOf } from '../../sharding/slices';
import { populate } from './people';
import { Sqlite } from './sqlite';
import { carryOver, ShardUnderTest, type Statement } from './testing-shard';

const base: Placement = { method: 'modulo', shards: ['s-0', 's-1'], splits: [], isolated: [] };
const mapOf = (placement: Placement): ShardMap => ({
  family: 'sql',
  version: 1,
  tables: [...siteTables],
  base: placement,
});
const seeds = { seedUsers: 30, seedPosts: 2 };

function shards(placement: Placement = base, names: readonly string[] = placement.shards): ShardUnderTest[] {
  return names.map((name) => new ShardUnderTest(name, mapOf(placement), seeds));
}

/** Tables that a database without shards has as well, and the columns that they have in common. */
const common: Readonly<Record<string, string>> = {
  users: 'id, first_name, last_name, city, version',
  phone_numbers: 'user_id, position, number',
  posts: 'id, user_id, body, posted_on',
  photos: 'id, user_id, post_id, path, bytes',
  follows: 'follower_id, followee_id',
  orders: 'id, user_id, item, amount_cents, state',
};

function everything(from: readonly ShardUnderTest[], table: string): string[] {
  const rows = from.flatMap((shard) => shard.rows(`SELECT ${common[table] ?? '*'} FROM ${table}`));
  return rows.map((row) => JSON.stringify(row)).sort();
}

function alone(): Sqlite {
  const sqlite = Sqlite.open(10_000);
  populate(sqlite, seeds.seedUsers, seeds.seedPosts, 'people');
  return sqlite;
}

const join = `SELECT f.follower_id, p.id, p.user_id, p.posted_on, p.body
  FROM follows f JOIN posts p ON p.user_id = f.followee_id`;

/** Every row lies where the map says. */
function demandOwned(from: readonly ShardUnderTest[], map: ShardMap): void {
  const owners = new Owners(map);
  for (const { table, key, part } of map.tables) {
    for (const shard of from) {
      for (const [one, other] of shard.rows(`SELECT "${key}", ${part ?? 'NULL'} FROM ${table}`)) {
        assert.equal(owners.ownerOf(Number(one), other === null ? undefined : Number(other)), shard.name, table);
      }
    }
  }
}

const city = (id: number, name: string): Statement => ['UPDATE users SET city = ? WHERE id = ?', name, id];
const post = (id: number, user: number, body = 'x'): Statement => [
  "INSERT INTO posts (id, user_id, body, posted_on) VALUES (?, ?, ?, '2026-01-01')",
  id,
  user,
  body,
];
const outbox = (shard: ShardUnderTest): SqlValue[][] =>
  shard.rows('SELECT key, part, statement, parameters, source FROM outbox ORDER BY seq');

describe('shards at their founding', () => {
  test('have together what one database has, each row once, and the feed that is the join', () => {
    const all = shards();
    const whole = alone();
    for (const [table, columns] of Object.entries(common)) {
      const rows = whole.read({ statement: `SELECT ${columns} FROM ${table}`, parameters: [] }).rows;
      assert.deepEqual(everything(all, table), rows.map((row) => JSON.stringify(row)).sort(), table);
    }
    const feed = whole.read({ statement: join, parameters: [] }).rows;
    assert.deepEqual(everything(all, 'feed'), feed.map((row) => JSON.stringify(row)).sort());
    demandOwned(all, mapOf(base));
  });

  test('that come later have nothing', () => {
    const [late] = shards(base, ['s-2']);
    assert.ok(late?.sharding.sized.tables.every(({ rows }) => rows === 0));
  });

  test('tell how much they hold', () => {
    const [first] = shards();
    const users = first?.sharding.sized.tables.find(({ table }) => table === 'users');
    assert.equal(users?.rows, 15);
    assert.ok((users?.bytes ?? 0) > 15 * 20 && (first?.sharding.sized.units ?? 0) > 15);
  });
});

describe('a shard', () => {
  test('refuses what is not its own, however it is said, and does nothing of it', () => {
    const [shard] = shards();
    assert.ok(shard !== undefined);
    const before = shard.digest;
    const cases: readonly [string, ...Statement[]][] = [
      ['wrong-shard', post(900, 1)],
      ['wrong-shard', city(2, 'Rome'), ["INSERT OR IGNORE INTO counters VALUES (3, 'likes', 0, 1)"]],
      ['wrong-shard', ["INSERT OR REPLACE INTO posts (id, user_id, body, posted_on) VALUES (1, 7, 'x', '2026-01-01')"]],
      ['wrong-shard', ['UPDATE posts SET user_id = 5 WHERE user_id = 4']],
      ['wrong-shard', ['INSERT INTO follows VALUES (2, 3)']],
      ['not-allowed', ["INSERT INTO posts (user_id, body, posted_on) VALUES (2, 'x', '2026-01-01')"]],
      ['not-allowed', ['CREATE TABLE t (a)']],
      ['not-allowed', ['DROP TRIGGER posts_guard_insert']],
      ['not-allowed', ["UPDATE shard_state SET state = ''"]],
      ['not-allowed', ["INSERT INTO shard_aside VALUES ('[1]', 1, NULL, '', 1)"]],
      ['constraint', ["INSERT INTO counters VALUES (NULL, 'likes', 0, 1)"]],
    ];
    for (const [because, ...statements] of cases) {
      assert.equal(shard.write(statements)?.because, because, JSON.stringify(statements));
      assert.equal(shard.digest, before, JSON.stringify(statements));
    }
  });

  test('sees whose row it is that another one replaces', () => {
    const [shard] = shards({ ...base, shards: ['s-0'] });
    assert.ok(shard !== undefined);
    shard.done(["INSERT INTO users VALUES (101, 'A', 'B', '', '', '', '', 0), (102, 'A', 'B', '', '', '', '', 0)"]);
    shard.done(['INSERT INTO follows VALUES (102, 101)'], post(901, 101), ['DELETE FROM outbox']);
    shard.done(["REPLACE INTO posts (id, user_id, body, posted_on) VALUES (901, 102, 'y', '2026-01-01')"]);
    const gone = shard.rows("SELECT parameters FROM outbox WHERE statement LIKE 'DELETE FROM feed%'");
    assert.deepEqual(gone, [['[102,901]']]);
  });

  test('refuses who goes by a map older than what it has, and says which it would be', () => {
    const all = shards(base, ['s-0', 's-1', 's-2']);
    const [shard] = all;
    assert.ok(shard !== undefined);
    const next = { ...base, shards: ['s-0', 's-1', 's-2'] };
    carryOver(begun(mapOf(base), next, slicesOf(base, next, { units: 1, unitsPerSlice: 1 })), all);
    const { changedAt } = shard.sharding;
    assert.equal(changedAt, 3);
    const refusal = shard.write([city(0, 'Rome')], changedAt - 1);
    assert.deepEqual([refusal?.because, refusal?.body.map], ['old-map', changedAt]);
    assert.equal(shard.write([city(0, 'Rome')], changedAt), undefined);
    assert.throws(() => shard.sharding.demandMap(2), /map version 3/);
  });
});

describe('a slice that goes over', () => {
  const next = { ...base, shards: ['s-0', 's-1', 's-2'] };
  const sizes = { units: 150, unitsPerSlice: 30 };
  const tables = [...siteTables].map(({ table }) => table);

  test('takes everything with it, also what was written meanwhile, and nothing is in two places or lost', () => {
    const all = shards(base, next.shards);
    const model = alone();
    let map = begun(mapOf(base), next, slicesOf(base, next, sizes));
    let [wrote, refused, at] = [0, 0, 0];
    const ids = Array.from({ length: seeds.seedUsers }, (_, place) => place + 1);
    const writeAll = (statement: (id: number) => Statement): void => {
      for (const id of ids) {
        const [text, ...parameters] = statement(id);
        const because = all.map((shard) => shard.write([[text, ...parameters]], map.version)?.because);
        const taken = because.filter((one) => one === undefined).length;
        assert.ok(taken <= 1 || !text.startsWith('INSERT'), `${taken} shards took it`);
        const isHere = (shard: ShardUnderTest): boolean =>
          shard.rows('SELECT 1 FROM users WHERE id = ?', id).length > 0;
        const owner = all.findIndex(isHere);
        if (owner < 0 || because[owner] !== undefined) refused++;
        else {
          wrote++;
          model.write([{ statement: text, parameters }], 1);
        }
      }
    };
    const during = (): void => {
      at++;
      const shard = all[at % all.length];
      shard?.rebirth();
      writeAll((id) => city(id, `city ${at}`));
      if (at % 3 === 0) writeAll((id) => post(1_000 * at + id, id));
      if (at % 5 === 0) writeAll((id) => ['DELETE FROM posts WHERE user_id = ? AND id % 7 = 1', id]);
      if (at % 4 === 0) writeAll((id) => ["INSERT OR REPLACE INTO phone_numbers VALUES (?, 0, '555')", id]);
      for (const table of Object.keys(common)) {
        const seen = everything(all, table);
        assert.equal(new Set(seen).size, seen.length, `${table} has rows in two places`);
      }
    };
    for (; sliceToMove(map) !== undefined; map = switched(map)) carryOver(map, all, during);
    const strip = (columns: string): string => columns.replace(', version', '');
    for (const [table, columns] of Object.entries(common)) {
      const rows = model.read({ statement: `SELECT ${strip(columns)} FROM ${table}`, parameters: [] }).rows;
      const here = all.flatMap((shard) => shard.rows(`SELECT ${strip(columns)} FROM ${table}`));
      const [one, other] = [here, rows].map((list) => list.map((row) => JSON.stringify(row)).sort());
      assert.deepEqual(one, other, table);
    }
    demandOwned(all, map);
    assert.ok(wrote > 300 && refused > 20, `${wrote} writes, ${refused} refused`);
  });

  test('is not seen where it is put aside, neither before nor after', () => {
    const all = shards(base, next.shards);
    const map = begun(mapOf(base), next, slicesOf(base, next, { units: 1, unitsPerSlice: 1 }));
    const before = tables.map((table) => everything(all, table).length);
    const seen: string[] = [];
    carryOver(map, all, (step) => {
      const counts = tables.map((table) => everything(all, table).length);
      const isWhole = JSON.stringify(counts) === JSON.stringify(before);
      seen.push(`${step} ${isWhole}`);
      assert.ok(isWhole || step === 'released', `${step}: ${counts.join()} of ${before.join()}`);
    });
    assert.ok(seen.includes('released false') && seen.includes('owned true'));
  });

  test('that is fenced takes no writes, and takes them again when it is let go', () => {
    const all = shards(base, next.shards);
    const map = begun(mapOf(base), next, slicesOf(base, next, { units: 1, unitsPerSlice: 1 }));
    const slice = sliceToMove(map);
    const owners = new Owners(map);
    const id = Array.from({ length: 30 }, (_, place) => place + 1).find((key) => owners.sliceOf(key) === 0) ?? 0;
    const source = all.find(({ name }) => name === slice?.from);
    assert.ok(slice !== undefined && source !== undefined);
    const version = map.version + 1;
    source.decided({ kind: 'shards.begin', map, slice });
    const [before, tablesBefore] = [source.digest, tables.map((table) => everything([source], table))];
    source.decided({ kind: 'shards.fence', slice, version });
    assert.equal(source.write([city(id, 'Rome')])?.because, 'moving');
    assert.equal(source.write([['DELETE FROM users WHERE id = ?', id]])?.because, 'moving');
    source.decided({ kind: 'shards.unfence', slice, version });
    assert.equal(source.digest, before);
    source.decided({ kind: 'shards.fence', slice, version });
    source.decided({ kind: 'shards.release', slice, version });
    assert.equal(source.write([city(id, 'Rome')]), undefined, 'no row, and no map to know better by');
    assert.equal(source.write([post(999, id)])?.because, 'wrong-shard');
    source.decided({ kind: 'shards.undo', slice, version });
    assert.deepEqual(
      tables.map((table) => everything([source], table)),
      tablesBefore,
    );
    assert.equal(source.sharding.changedAt, 1);
    source.done(city(id, 'Rome'));
  });

  test('that clashes with what somebody made by hand is refused, not half done', () => {
    const all = shards(base, next.shards);
    const map = begun(mapOf(base), next, slicesOf(base, next, { units: 1, unitsPerSlice: 1 }));
    const owners = new Owners(switched(map));
    const destination = all.find(({ name }) => name === sliceToMove(map)?.to);
    const source = all.find(({ name }) => name === sliceToMove(map)?.from);
    assert.ok(destination !== undefined && source !== undefined);
    const [[id]] = source
      .rows('SELECT id, user_id FROM posts ORDER BY id')
      .filter(([, user]) => owners.ownerOf(Number(user)) === destination.name) as [SqlValue[]];
    const stranger = Array.from({ length: 300 }, (_, key) => key + 100).find(
      (key) => new Owners(map).ownerOf(key) === destination.name,
    );
    if (stranger !== undefined) destination.done(post(Number(id), stranger));
    else assert.fail('nobody is on the destination');
    const digest = (): string => destination.digest;
    let before = '';
    assert.throws(
      () =>
        carryOver(map, all, (step) => {
          if (step === 'released') before = digest();
        }),
      /mismatch.*UNIQUE constraint failed: posts.id/,
    );
    assert.equal(digest(), before);
    assert.equal(destination.sharding.standing.phase, 'staging');
  });
});

describe('the outbox', () => {
  const parsed = (shard: ShardUnderTest): unknown[] =>
    outbox(shard).map(([key, part, statement, parameters, source]) => [
      key,
      part,
      String(statement).split(' ').slice(0, 4).join(' '),
      JSON.parse(String(parameters)),
      ...(source === null ? [] : [String(source).split(' ').slice(-5).join(' ')]),
    ]);

  test('has what followers are to be told, in the same transaction', () => {
    const [shard] = shards({ ...base, shards: ['s-0'] });
    assert.ok(shard !== undefined);
    shard.done(["INSERT INTO users VALUES (101, 'A', 'B', '', '', '', '', 0), (102, 'A', 'B', '', '', '', '', 0)"]);
    shard.done(post(901, 101, 'one'), ['INSERT INTO follows VALUES (102, 101)'], post(902, 101, 'two'));
    assert.deepEqual(parsed(shard), [
      [101, null, 'INSERT OR REPLACE INTO', [102, 901, 101, '2026-01-01', 'one']],
      [101, null, 'INSERT OR REPLACE INTO', [102, 902, 101, '2026-01-01', 'two']],
    ]);
    shard.done(['DELETE FROM outbox'], ["UPDATE posts SET body = 'too' WHERE id = 902"]);
    assert.deepEqual(parsed(shard), [[101, null, 'INSERT OR REPLACE INTO', [102, 902, 101, '2026-01-01', 'too']]]);
    shard.done(
      ['DELETE FROM outbox'],
      ['DELETE FROM posts WHERE id = 902'],
      ['DELETE FROM follows WHERE follower_id = 102'],
    );
    assert.deepEqual(parsed(shard), [
      [101, null, 'DELETE FROM feed WHERE', [102, 902]],
      [101, null, 'DELETE FROM feed WHERE', [102, 101]],
    ]);
    assert.equal(shard.write([post(903, 101, 'gone'), ['INSERT INTO users (id) VALUES (101)']])?.because, 'constraint');
    assert.equal(parsed(shard).length, 2);
  });

  test('has what goes with a user', () => {
    const [shard] = shards({ ...base, shards: ['s-0'] });
    assert.ok(shard !== undefined);
    shard.done(["INSERT INTO counters VALUES (2, 'likes', 3, 7)"], ['DELETE FROM outbox']);
    const followers = shard.rows('SELECT follower_id FROM follows WHERE followee_id = 2').length;
    shard.done(['DELETE FROM users WHERE id = 2']);
    for (const table of ['phone_numbers', 'posts', 'photos', 'orders', 'counters', 'feed']) {
      assert.deepEqual(shard.rows(`SELECT 1 FROM ${table} WHERE user_id = 2`), [], table);
    }
    const told = parsed(shard);
    const leaves = told.filter((row) => Array.isArray(row) && row.length === 5);
    assert.deepEqual(leaves, [[2, null, 'DELETE FROM follows WHERE', [], 'follows WHERE follower_id = ?']]);
    const unfollowed = told.filter((row) => Array.isArray(row) && row[1] === null && row.length === 4);
    assert.equal(unfollowed.length, followers);
  });

  test('of an author who is spread announces to where the followers are, and asks around for what lies elsewhere', () => {
    const placement = { ...base, shards: ['s-0'], isolated: [{ key: 2, to: ['own-1', 'own-2'] }] };
    const [home, other] = shards(placement, ['own-1', 'own-2']);
    assert.ok(home !== undefined && other !== undefined);
    const far = Array.from({ length: 50 }, (_, place) => place + 900).find(
      (id) => new Owners(mapOf(placement)).ownerOf(2, id) === 'own-2',
    );
    other.done(post(Number(far), 2, 'far'));
    assert.deepEqual(parsed(other), [[2, far ?? 0, 'INSERT OR REPLACE INTO', [2, far ?? 0, '2026-01-01', 'far']]]);
    const followers = home.rows('SELECT follower_id FROM follows WHERE followee_id = 2').flat();
    assert.ok(followers.length > 0);
    const [[, , statement, parameters] = []] = outbox(other);
    home.done([String(statement), ...(JSON.parse(String(parameters)) as SqlValue[])]);
    assert.deepEqual(
      parsed(home),
      followers.map((id) => [2, null, 'INSERT OR REPLACE INTO', [id, far ?? 0, 2, '2026-01-01', 'far']]),
    );
    assert.deepEqual(home.rows('SELECT * FROM announcements'), []);
    home.done(['DELETE FROM outbox'], ['INSERT INTO follows VALUES (77, 2)']);
    assert.deepEqual(parsed(home), [[2, null, 'INSERT OR REPLACE INTO', [77], 'BY id DESC LIMIT 20']]);
    home.done(['DELETE FROM outbox'], ['DELETE FROM users WHERE id = 2']);
    const sources = parsed(home).flatMap((row) => (Array.isArray(row) && row.length === 5 ? [row[2]] : []));
    assert.deepEqual(sources.sort(), [
      'DELETE FROM counters WHERE',
      'DELETE FROM follows WHERE',
      'DELETE FROM photos WHERE',
      'DELETE FROM posts WHERE',
    ]);
  });

  test('goes with the keys that it comes from, in its order, and what moves adds nothing to it', () => {
    const all = shards();
    const [from] = all;
    assert.ok(from !== undefined);
    const split = { ...base, splits: [{ shard: 's-0', into: 's-2', salt: 1 }] };
    const late = new ShardUnderTest('s-2', mapOf(base), seeds);
    from.done(['DELETE FROM outbox']);
    for (let id = 2; id <= 30; id += 2) from.done(post(900 + id, id), ['DELETE FROM posts WHERE id = ?', 900 + id]);
    const told = (shard: ShardUnderTest): string[] =>
      shard
        .rows('SELECT key, part, statement, parameters FROM outbox ORDER BY key, part, seq')
        .map((row) => JSON.stringify(row));
    const before = told(from);
    carryOver(begun(mapOf(base), split, slicesOf(base, split, { units: 1, unitsPerSlice: 1 })), [from, late]);
    const after = [told(from), told(late)];
    assert.ok(after.every((rows) => rows.length > 0));
    assert.deepEqual(after.flat().sort(), [...before].sort());
    for (const rows of after)
      assert.deepEqual(
        rows,
        before.filter((row) => rows.includes(row)),
      );
  });
});
