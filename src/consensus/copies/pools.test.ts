/** Several groups of copies on one site: each is its pool, and knows nothing of the others. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeId } from '../../kernel/envelope';
import type { Topology } from '../../kernel/topology';
import { type ReplicationJoin, replicationStanding } from '../../protocols/replication';
import { type SqlExecute, sqlResult } from '../../protocols/sql';
import { box, node, outside, together } from '../../stages/stage';
import { Site } from '../../testing/simulated-site';
import { catalogue } from '../../world/product';

const small = { seedUsers: 5 };

/** A shard with the users of its own seed, and one with three copies. */
function shards(): Site {
  const three = ['db-2', 'db-3', 'db-4'];
  const copies: Topology = {
    boxes: [1, 2, 3, 4].map((number) => box(`box-db-${number}`, `10.0.0.${number}`)),
    nodes: [
      { ...node('db-1', 'db', 'box-db-1', { ...small, seed: 'one' }), pool: 'shard-1' },
      ...three.map((id) => ({
        ...node(id, 'db', `box-${id}`, { ...small, seed: 'two', group: three }),
        pool: 'shard-2',
      })),
    ],
  };
  const site = new Site('shards', together(copies, outside('203.0.113.10')), { catalogue });
  site.run('2s');
  return site;
}

function standing(site: Site, id: NodeId) {
  const answer = site.ask(id, { kind: 'replication.status' });
  assert.ok(replicationStanding.accepts(answer), JSON.stringify(answer));
  return answer;
}

function names(site: Site, id: NodeId): string {
  const statement = 'SELECT first_name, street_address FROM users';
  const question: SqlExecute = { kind: 'sql.execute', statement, parameters: [], freshness: 'any' };
  const answer = site.ask(id, question);
  assert.ok(sqlResult.accepts(answer), JSON.stringify(answer));
  return JSON.stringify(answer.rows);
}

test('each pool is a group with a primary and data of its own', () => {
  const site = shards();
  assert.deepEqual(standing(site, 'db-1').members.voters, ['db-1']);
  const second = standing(site, 'db-2');
  assert.deepEqual(second.members.voters, ['db-2', 'db-3', 'db-4']);
  assert.ok(second.primary !== undefined && second.primary !== 'db-1');
  assert.equal(names(site, 'db-2'), names(site, 'db-3'));
  assert.notEqual(names(site, 'db-1'), names(site, 'db-2'));
});

test('a new copy joins the pool that it was ordered for, set as the copies there are', () => {
  const site = shards();
  assert.equal(site.spawn('db', { pool: 'shard-1' }), 'db-5');
  site.run('1s');
  assert.deepEqual(standing(site, 'db-1').members, { voters: ['db-1'], learners: ['db-5'] });
  assert.equal(names(site, 'db-5'), names(site, 'db-1'));
  assert.deepEqual(standing(site, 'db-2').members.voters, ['db-2', 'db-3', 'db-4']);
  assert.deepEqual(site.topology.nodes.find(({ id }) => id === 'db-5')?.config, { ...small, seed: 'one' });
});

test('who is of another pool has no say', () => {
  const site = shards();
  const join: ReplicationJoin = { kind: 'replication.join', life: 1 };
  const answer = site.ask('db-1', join);
  assert.match(JSON.stringify(answer), /is no database of this site/);
});
