/** Sessions and passwords over shards: they lie with their user, and move when the user does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharding } from '../../../stages/sharding';
import { type Site, simulatedSite } from '../../../testing/simulated-site';

const users = 12;

function shards(): Site {
  const web = { sessions: { store: 'sql' }, writes: 'owner', passwordCost: 2 };
  const databases = sharding.topology.nodes.filter(({ kind }) => kind === 'db');
  const small = Object.fromEntries(databases.map(({ id }) => [id, { seedUsers: users }]));
  return simulatedSite({ stage: sharding, config: { ...small, 'web-1': web, 'web-2': web } });
}

test('who is logged in stays so while users move to another shard, and so does who has logged out', () => {
  const site = shards();
  const cookies = Array.from({ length: users }, (_, at) => {
    const { status, body, headers } = site.post(
      '/login',
      { user: at + 1, password: 'secret' },
      { headers: { cookie: '' } },
    );
    assert.equal(status, 200, body);
    return (headers['set-cookie'] ?? '').split(';')[0] ?? '';
  });
  const whoIs = (): number[] => cookies.map((cookie) => site.get('/me', { headers: { cookie } }).status);
  const out = cookies[4] ?? '';
  assert.equal(site.post('/logout', '', { headers: { cookie: out } }).status, 204);
  const expected = cookies.map((cookie) => (cookie === out ? 401 : 200));
  assert.deepEqual(whoIs(), expected);
  site.reshard({ what: 'add', count: 1 });
  for (let second = 0; second < 60; second++) {
    assert.deepEqual(whoIs(), expected);
    if (site.moves().moves.every(({ state }) => state === 'done')) break;
    site.run('1s');
  }
  const [map] = site.shardMaps('sql');
  assert.ok((map?.version ?? 0) > 1, 'the users have moved');
  const again = (user: number, password: string) =>
    site.post('/login', { user, password }, { headers: { cookie: '' } });
  for (let user = 1; user <= users; user++) {
    assert.equal(again(user, 'secret').status, 200);
    assert.equal(again(user, 'wrong').status, 401);
  }
});
