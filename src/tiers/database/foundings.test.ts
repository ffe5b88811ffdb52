/** What databases begin with: the same for equal settings, whoever asked before and whatever was done with the bytes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharding } from '../../stages/sharding';
import { foundingOf } from './foundings';
import { type DatabaseConfig, parse } from './settings';
import { Sqlite } from './sqlite';

const users = 10;

function firstOf(shard: string): DatabaseConfig {
  const node = sharding.topology.nodes.find(({ pool }) => pool === shard);
  return parse({ ...(typeof node?.config === 'object' ? node.config : {}), seedUsers: users });
}

function idsIn(bytes: Uint8Array): unknown[] {
  const sqlite = Sqlite.open(100, bytes);
  try {
    return sqlite.read({ statement: 'SELECT id FROM users ORDER BY id', parameters: [] }).rows.flat();
  } finally {
    sqlite.close();
  }
}

test('equal settings give equal bytes, and nobody gets those of another', () => {
  const config = firstOf('shard-2');
  const first = foundingOf(config);
  const before = Buffer.from(first);
  first.fill(0);
  const again = foundingOf(config);
  assert.ok(before.equals(again), 'what was done to the first bytes shows in the second');
});

test('each shard begins with its own users, also after others have begun with theirs', () => {
  const ids = ['shard-1', 'shard-2', 'shard-3', 'shard-4', 'shard-1'].map((shard) => idsIn(foundingOf(firstOf(shard))));
  assert.deepEqual(ids, [
    [4, 8],
    [1, 5, 9],
    [2, 6, 10],
    [3, 7],
    [4, 8],
  ]);
});

test('other settings give other people', () => {
  const { sharding: _shard, ...alone } = firstOf('shard-1');
  const sizes = [{}, { seedUsers: 12 }, { seedUsers: 0 }, {}].map(
    (more) => idsIn(foundingOf({ ...alone, ...more })).length,
  );
  assert.deepEqual(sizes, [10, 12, 0, 10]);
  const [one, another] = ['people', 'others'].map((seed) => Buffer.from(foundingOf({ ...alone, seed })));
  assert.ok(one !== undefined && another !== undefined && !one.equals(another));
});
