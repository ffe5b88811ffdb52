import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { commands } from './commands';
import type { Session } from './session';
import { simulatedSession } from './testing-session';

let session: Session;
before(async () => {
  session = await simulatedSession();
});
after(() => session.close());

async function offered(line: string): Promise<string[]> {
  const [candidates] = await session.complete(line);
  return candidates.map((candidate) => candidate.trim());
}

test('verbs, at the beginning', async () => {
  assert.deepEqual(await offered('kil'), ['kill', 'killbox', 'killhost']);
  assert.deepEqual(await offered('.e'), ['.exit']);
  assert.equal((await offered('')).length, commands.length);
  assert.deepEqual(await offered('nonsense '), []);
});

test('what is completed is the word that is typed', async () => {
  assert.deepEqual(await session.complete('kill we'), [['web-1 ', 'web-2 '], 'we']);
  assert.deepEqual(await session.complete('  kill web-1 db'), [['db-1 '], 'db']);
});

test('node ids, also of those who are dead or new', async () => {
  await session.run('kill web-1 --stay');
  assert.deepEqual(await offered('restart we'), ['web-1', 'web-2']);
  await session.run('spawn web');
  assert.deepEqual(await offered('restart we'), ['web-1', 'web-2', 'web-3']);
  await session.run('retire web-2');
  assert.deepEqual(await offered('restart we'), ['web-1', 'web-3']);
});

test('tiers, stages, verbs, hosts, boxes: what the place is for', async () => {
  assert.deepEqual(await offered('spawn w'), ['web']);
  assert.deepEqual(await offered('stage o'), ['one-box']);
  assert.deepEqual(await offered('help restartb'), ['restartbox']);
  assert.deepEqual(await offered('killhost '), ['1', '2', '--stay']);
  assert.deepEqual(await offered('killbox box-db'), ['box-db-1']);
  assert.deepEqual(await offered('resize db-1 c'), ['cpus=']);
});

test('options, once each, and what their values can be', async () => {
  assert.deepEqual(await offered('kill web-1 --'), ['--stay']);
  assert.deepEqual(await offered('kill web-1 --stay --'), []);
  assert.ok((await offered('get /users/1 --client br')).includes('browser-1'));
  assert.ok((await offered('get /users/1 --client browser --t')).includes('--timeout'));
  assert.deepEqual(await offered('events --type dr'), ['dropped']);
});

test('databases, modes and freshness, behind what is said to databases', async () => {
  assert.deepEqual(await offered('sql "SELECT 1" --'), ['--at', '--fresh', '--partial', '--timeout', '--all']);
  assert.deepEqual(await offered('sql "SELECT 1" --at '), ['db-1']);
  assert.deepEqual(await offered('sql SELECT 1 --fresh s'), ['session']);
  assert.deepEqual(await offered('replicate db q'), ['quorum']);
  assert.deepEqual(await offered('promote '), ['db-1', '--force', '--by']);
  assert.deepEqual(await offered('recover db-1 --replay '), ['all']);
  assert.deepEqual(await offered('compare r'), ['replication']);
  assert.deepEqual(await offered('compare keys u'), ['users.id', 'users.state']);
  assert.deepEqual(await offered('compare keys users.id --m'), ['--method']);
});

test('both sides of a link', async () => {
  assert.ok((await offered('partition web-1 ')).includes('|'));
  assert.deepEqual(await offered('partition web-1 | db'), ['db-1']);
});

test('the faults in force, behind what takes them back', async () => {
  await session.run('partition lb-1 | db-1');
  assert.ok((await offered('heal ')).some((text) => text.includes('lb-1 | db-1')));
});

test('nothing inside a quote that is not closed', async () => {
  assert.deepEqual(await offered("post /users 'we"), []);
});
