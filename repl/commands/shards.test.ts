/** A site with shards at the prompt: SQL through its routers, what each shard has, and which keys are hot. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Session } from '../session';
import { simulatedSession } from '../testing-session';

const sharded = (): Promise<Session> => simulatedSession({}, { stage: 'sharding' });

test('SQL goes through a router, which says how many shards it asked and what it moved', async () => {
  const session = await sharded();
  const text = async (line: string): Promise<string> => (await session.run(line)).text;
  const refused = async (line: string): Promise<string> => (await session.run(line)).problem ?? '';
  try {
    assert.match(await text('sql SELECT count(*) FROM users'), /1000\n1 row from 4 shards by router-\d, 4 rows moved$/);
    assert.match(
      await text('sql SELECT id FROM users WHERE id = 13'),
      /1 row from shard-2 by router-\d, log position \d+, term 1$/,
    );
    assert.match(
      await text(`sql "UPDATE users SET city = 'Oslo' WHERE id = 13"`),
      /^1 row changed on shard-2 by router/,
    );
    assert.match(await text('sql "SELECT count(*) FROM users" --at db-4 --fresh any'), /250\n1 row from db-4 at log/);
    assert.match(await text('sql "SELECT count(*) FROM users" --at shard-3'), /250\n1 row from db-\d at log/);
    assert.match(await refused('sql "DELETE FROM users"'), /router-\d: .*every shard: add WHERE id = \?/);
    assert.match(
      await refused(`sql "DELETE FROM posts WHERE user_id = 1" --partial`),
      /will do for single reads alone/,
    );

    for (const id of ['db-4', 'db-5']) await session.run(`kill ${id} --stay`);
    assert.match(await refused('sql SELECT count(*) FROM users'), /3 of 4 shards answered; not shard-2 \(/);
    assert.match(
      await text('sql "SELECT count(*) FROM users" --partial'),
      /750\n1 row from 4 shards by router-\d, 3 rows moved\nwithout shard-2: /,
    );
  } finally {
    await session.close();
  }
});

test('shards shows what each has and has to do; hotkeys what is asked for most, and where it is', async () => {
  const session = await sharded();
  const text = async (line: string): Promise<string> => (await session.run(line)).text;
  try {
    for (let i = 0; i < 5; i++) await session.run('get /users/13');
    await session.run('get /users/12');
    const shards = await text('shards');
    assert.match(shards, /^shard +keys +rows +bytes +requests +rows sent\nshard-1 +250 +\d+/);
    assert.match(shards, /\nmax\/mean +1\.00 (.|\n)*\nchi-square +0\.0 /);
    assert.match(shards, /\nsql map version 1, by modulo\n/);
    const { value } = await session.run('shards');
    assert.ok(isShards(value), JSON.stringify(value));
    assert.deepEqual(
      value.shards.map(({ keys, requests }) => [keys, requests]),
      [
        [250, 1],
        [250, 5],
        [250, 0],
        [250, 0],
      ],
    );
    const hot = await text('hotkeys --top 1');
    assert.match(hot, /\nusers +13 +5 +5 +83% +yes +shard-2\n/);
    await session.run('kill db-7 --stay');
    await session.run('kill db-8 --stay');
    assert.match(await text('shards'), /\nshard-3 +- +- +- (.|\n)*without shard-3: /);
    assert.match((await session.run('shards --family kv')).problem ?? '', /no kv store is sharded here/);
  } finally {
    await session.close();
  }
});

function isShards(
  value: unknown,
): value is { readonly shards: { readonly keys: number; readonly requests: number }[] } {
  return typeof value === 'object' && value !== null && 'shards' in value && Array.isArray(value.shards);
}

test('a site without shards says so', async () => {
  const session = await simulatedSession();
  try {
    assert.match((await session.run('shards')).problem ?? '', /nothing is sharded here/);
    assert.match((await session.run('hotkeys')).problem ?? '', /nothing is sharded here/);
  } finally {
    await session.close();
  }
});
