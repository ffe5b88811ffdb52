/** Shards of its own for a key, from the prompt: what its users see before, during and after, and what each shard has to do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Session } from '../session';
import { simulatedSession } from '../testing-session';

async function on(stage: string, work: (session: Session, text: (line: string) => Promise<string>) => Promise<void>) {
  const session = await simulatedSession({}, { stage, hosts: 3 });
  const text = async (line: string): Promise<string> => {
    const { text: shown, problem } = await session.run(line);
    return (problem ?? shown).replaceAll(/\s+/g, ' ');
  };
  try {
    await work(session, text);
  } finally {
    await session.close();
  }
}

/** What anybody sees of user 42: the page, the posts, the counts. */
async function pageOf(session: Session): Promise<string> {
  const bodies: unknown[] = [];
  for (const path of ['/users/42', '/users/42/posts', '/users/42/photos', '/users/42/likes']) {
    const { value } = await session.run(`get ${path}`);
    assert.ok(typeof value === 'object' && value !== null && 'status' in value && 'body' in value, path);
    assert.equal(value.status, 200, path);
    bodies.push(value.body);
  }
  return JSON.stringify(bodies);
}

test('a famous user gets a shard, then four, then none again; the page stays as it is', async () => {
  await on('sharding', async (session, text) => {
    for (let like = 0; like < 20; like++) await session.run('post /users/42/likes');
    await session.run('sql "INSERT OR IGNORE INTO follows (follower_id, followee_id) VALUES (12, 42)"');
    for (let i = 0; i < 4; i++) await session.run(`post /users/42/posts {"body":"${i}"}`);
    const before = await pageOf(session);
    assert.match(before, /"likes":20/);
    await session.run('load 30rps --hot 42=50%');
    assert.match(await text('isolate user:42 --rate 1/s'), /^sql isolate 42 ordering/);
    await text('run 3s');
    assert.equal(await pageOf(session), before);
    assert.match(await text('reshard --wait'), /^sql isolate 42 done 1 of 1,000 keys moved: 0\.1%$/);
    assert.equal(await pageOf(session), before);
    assert.match(await text('isolate user:42'), /42 has a shard of its own already/);
    const spread = await text('isolate user:42 --split 4 --wait');
    assert.match(spread, /^sql isolate 42 in 4 ways done parts of a key moved/);
    assert.match(spread, /shard-3 0 0 [\d.]+\/s [\d.]+\/s/);
    assert.match(spread, /99 in 100 requests within [\d.]+ ms before, [\d.]+ ms while it moved, [\d.]+ ms after/);
    const rows = [...spread.matchAll(/shard-([5-8]) (\d+|-) (\d+) /g)].map(([, , was, is]) => [was, Number(is)]);
    assert.equal(rows.length, 4, spread);
    assert.ok(
      rows.every(([, is]) => Number(is) > 0),
      spread,
    );
    const sum = rows.reduce((all, [, is]) => all + Number(is), 0);
    assert.equal(rows[0]?.[0], String(sum), spread);
    assert.equal(await pageOf(session), before);
    // Followers are told of what is posted there as well.
    const [, post] = /"id": (\d+)/.exec(await text('post /users/42/posts {"body":"from afar"}')) ?? [];
    await text('run 3s');
    assert.match(await text('get /users/12/feed'), /"body": "from afar"/);
    assert.match(await text(`delete /users/42/posts/${post}`), /^204/);
    assert.match(await text('rejoin user:42 --wait'), /^sql rejoin 42 done .* shard-3 0 \d+ .* shard-5 \d+ - /);
    assert.equal(await pageOf(session), before);
    assert.match(await text('rejoin user:42'), /42 has no shard of its own/);
    assert.match(await text('load stop'), /were answered well \(100%\)/);
  });
});

test('whoever is famous stands out, as the routers together counted it', async () => {
  await on('sharding', async (session, text) => {
    await session.run('load 100rps --hot 42=20%');
    await session.run('run 5s');
    const found = await text('hotkeys --top 2');
    assert.match(found, / users 42 \d+ \d+ \d+% yes shard-3 users \d+ \d+ \d+ 0\.\d+% /);
    assert.match(found, /through 2 routers/);
  });
});

test('a node is a node, a key is a key, and what is neither is told', async () => {
  await on('sharding', async (_session, text) => {
    assert.match(await text('isolate db-2'), /^isolate db-2 undo with: heal 1$/);
    assert.match(await text('isolate db-2 --split 4'), /are for keys, such as user:42; db-2 is a node/);
    assert.match(
      await text('isolate user:ada'),
      /'ada' is not the id of a user; a key that is a text is written key:ada/,
    );
    assert.match(await text('isolate 42'), /there is no node 42/);
    assert.match(await text('rejoin 42'), /'42' is no key; write for example user:42/);
    assert.match(await text('isolate user:42 --split 17'), /17 shards for one key are too many/);
  });
  await on('load-balanced', async (_session, text) => {
    assert.match(await text('isolate user:42'), /nothing is sharded here/);
  });
});
