/** Several groups of copies on one site: each is looked at and told by its name. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { box, node, outside, together } from '../../src/stages/stage';
import type { Session } from '../session';
import { simulatedSession } from '../testing-session';

const second = ['db-2', 'db-3', 'db-4'];

async function shards(): Promise<Session> {
  const session = await simulatedSession();
  const small = { seedUsers: 5 };
  const site = {
    boxes: ['db-1', ...second].map((id, at) => box(`box-${id}`, `10.0.0.${at + 50}`)),
    nodes: [
      { ...node('db-1', 'db', 'box-db-1', small), pool: 'shard-1' },
      ...second.map((id) => ({
        ...node(id, 'db', `box-${id}`, { ...small, group: second }),
        pool: 'shard-2',
      })),
    ],
  };
  await session.current.virtual?.apply(together(site, outside('203.0.113.10')));
  await session.run('run 2s');
  return session;
}

test('looks tell the groups apart; what is for one group asks for its name', async () => {
  const session = await shards();
  const text = async (line: string): Promise<string> => (await session.run(line)).text;
  const refused = async (line: string): Promise<string> => (await session.run(line)).problem ?? '';
  try {
    assert.match(await text('ls'), /^node +pool(.|\n)*db-1 +shard-1(.|\n)*db-4 +shard-2/);
    assert.match(await text('topology'), /db-4 shard-2/);
    const all = await text('replicas');
    assert.match(
      all,
      /^shard-1\n(.|\n)*db-1 leads in term 1; .* once it is on\sits disk(.|\n)*\n\nshard-2\n(.|\n)*of 3 copies/,
    );
    assert.doesNotMatch(await text('replicas shard-2'), /db-1|shard-1/);
    assert.match(await text('lag --of shard-2'), /^copy(.|\n)*db-\d leads in term/);
    assert.match(await text('lag'), /shard-1\ndb-1 leads.*\nthere is no other copy\n\nshard-2\n/);

    const which = /several groups of copies; say which: shard-1, shard-2/;
    assert.match(await refused('sql SELECT 1'), which);
    assert.match(await refused('replicate db quorum'), which);
    assert.match(await refused('replicas shard-3'), /there is no group shard-3; did you mean shard-1/);
    assert.match(await refused('promote db-3'), /no observers here/);

    await session.run(`sql "UPDATE users SET city = 'Oslo' WHERE id = 1" --at shard-2`);
    assert.match(await text('sql "SELECT city FROM users WHERE id = 1" --at shard-2'), /Oslo/);
    assert.match(await text('sql "SELECT city FROM users WHERE id = 1" --at db-4 --fresh session'), /Oslo/);
    assert.doesNotMatch(await text('sql "SELECT city FROM users WHERE id = 1" --at shard-1'), /Oslo/);
    assert.match(await text('replicate shard-2 quorum'), /^db-\d: quorum from now on$/);
    assert.match(await text('replicate db quorum --at db-1'), /^db-1: quorum from now on$/);

    assert.match(await text('spawn db pool=shard-1'), /^db-5 was spawned/);
    assert.match(await text('replicas shard-1'), /db-5 +box-db-5 .*learner/);
  } finally {
    await session.close();
  }
});

test('the position that was seen is that of one group alone', async () => {
  const session = await shards();
  try {
    for (let write = 0; write < 5; write++) await session.run('sql "UPDATE users SET id = id" --at shard-2');
    const { text, problem } = await session.run('sql "SELECT count(*) FROM users" --at db-1 --fresh session');
    assert.match(text, /\b5\b/, problem);
  } finally {
    await session.close();
  }
});
