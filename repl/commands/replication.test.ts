import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulatedSession } from '../testing-session';

/** All that can be said to copies, with what can go wrong in between. */
const lines = [
  'stage replication',
  'replicas',
  'replicate db async',
  'partition db-1 | db-2',
  'partition db-1 | db-3',
  `sql "UPDATE users SET city = 'Oslo' WHERE id = 12; DELETE FROM users WHERE id = 13"`,
  `sql "UPDATE users SET city = \\"L'Aquila\\" WHERE id = 14" --at db-1`,
  `sql "UPDATE users SET city = 'L''Aquila' WHERE id = 14" --at db-1 --timeout 900ms`,
  'patch /users/15 {"lastName": "Curie"} --header x-note:one',
  'run 1s',
  'killbox box-db-1 --stay',
  'lag 3s',
  'heal all',
  'restartbox box-db-1',
  'run 1s',
  'recover db-1 --replay all',
  'sql "SELECT city FROM users WHERE id IN (12, 14)" --fresh any',
  'promote db-3',
  'replicate db quorum',
  'get /users/12 --fresh session --client browser',
  'run 1s',
];

test('what is said to copies can be done again, by the log of commands and by its lines typed anew', async () => {
  const [session, again] = [await simulatedSession(), await simulatedSession()];
  try {
    const replies = new Map<string, string>();
    for (const line of lines) replies.set(line, (await session.run(line)).text);
    assert.match(replies.get('recover db-1 --replay all') ?? '', /L''Aquila(.|\n)*→ done at .*\nnothing is left/);
    assert.match(replies.get('promote db-3') ?? '', /^db-3 leads from term 3 on$/);
    const world = session.current.virtual;
    assert.ok(world !== undefined);
    assert.equal(world.replay().hash(), world.hash());

    await again.run('stage replication');
    const { text: typed } = await session.run('log');
    for (const line of typed.split('\n')) await again.run(line);
    assert.equal(again.current.virtual?.hash(), world.hash(), typed);
  } finally {
    await Promise.all([session.close(), again.close()]);
  }
});

test('looks change nothing', async () => {
  const session = await simulatedSession();
  try {
    await session.run('stage replication');
    const before = session.current.virtual?.hash();
    for (const line of ['replicas', 'lag', 'compare replication 10ms --users 1']) {
      const { ok, problem } = await session.run(line);
      assert.ok(ok, problem);
    }
    assert.equal(session.current.virtual?.hash(), before);
  } finally {
    await session.close();
  }
});

test('verbs about copies give back plain data', async () => {
  const session = await simulatedSession();
  try {
    await session.run('stage replication');
    for (const [line, fields] of [
      ['replicas', ['primary', 'copies', 'observers']],
      ['lag', ['primary', 'copies', 'observers']],
      ['replicate db quorum', ['text', 'mode']],
      ['recover db-2', ['node', 'writes', 'forgotten', 'left', 'missing']],
      ['promote db-2', ['text', 'node']],
      ['compare replication 10ms', ['stage', 'load', 'results']],
    ] as const) {
      const { value, problem } = await session.run(line);
      assert.ok(typeof value === 'object' && value !== null, `${line}: ${problem}`);
      for (const field of fields) assert.ok(field in value, `${line}: no ${field}`);
      assert.deepEqual(structuredClone(value), value, line);
    }
  } finally {
    await session.close();
  }
});
