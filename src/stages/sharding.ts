/** One store on many machines: each shard has a part of the users, and a router knows which. */
import type { NodeSpec } from '../kernel/topology';
import type { Placement, ShardMap } from '../protocols/shard-map';
import { siteTables } from '../sharding/site-tables';
import { box, node, outside, type Stage, together } from './stage';

const publicAddress = '203.0.113.10';
const routers = ['router-1', 'router-2'];
const keepers = ['placement-1', 'placement-2', 'placement-3'];
const shards = ['shard-1', 'shard-2', 'shard-3', 'shard-4'];
const copiesPerShard = 3;

const base: Placement = { method: 'modulo', shards, splits: [], isolated: [] };
const map: ShardMap = { family: 'sql', version: 1, tables: [...siteTables], base };

/** Above all ids of the beginning, however many users that has. */
const firstId = 1_000_001;
const firstIds = { users: firstId, posts: firstId, photos: firstId, orders: firstId };

/** `db-1` to `db-3` are the copies of `shard-1`, and so on. */
function copiesOf(shard: string, place: number): NodeSpec[] {
  const group = Array.from({ length: copiesPerShard }, (_, copy) => `db-${place * copiesPerShard + copy + 1}`);
  const config = { group, sharding: { shard, map }, routers: 'router' };
  return group.map((id) => ({ ...node(id, 'db', `box-${id}`, config), pool: shard }));
}

const databases = shards.flatMap(copiesOf);

export const sharding: Stage = {
  name: 'sharding',
  title: 'Sharding',
  story: `The users are spread over four shards, by the remainder of their ids; each shard has a primary and two replicas.
Two routers know which shard has whom: a request for one user costs one shard, a question about all of them costs four.
Three placement nodes keep the map in a Raft group, and move keys between shards while everybody is served: a shard that
knows a newer map refuses, and the router asks for it. What spans several shards is refused, or put together, never wrong.`,
  hosts: 3,
  topology: together(
    {
      boxes: [
        box('box-lb-1', '10.0.0.10', { publicAddress }),
        box('box-web-1', '10.0.0.11'),
        box('box-web-2', '10.0.0.12'),
        ...routers.map((id, at) => box(`box-${id}`, `10.0.0.${13 + at}`)),
        ...keepers.map((id, at) => box(`box-${id}`, `10.0.0.${15 + at}`, { cpus: 1 })),
        ...databases.map(({ id }, at) => box(`box-${id}`, `10.0.0.${21 + at}`, { memoryMb: 8_192, diskMb: 100_000 })),
      ],
      nodes: [
        node('lb-1', 'lb', 'box-lb-1'),
        node('web-1', 'web', 'box-web-1', { databases: 'router', feed: 'table' }),
        node('web-2', 'web', 'box-web-2', { databases: 'router', feed: 'table' }),
        ...routers.map((id) => node(id, 'router', `box-${id}`)),
        ...keepers.map((id) => node(id, 'placement', `box-${id}`, { group: keepers, maps: [map], firstIds })),
        ...databases,
      ],
    },
    outside(publicAddress),
  ),
  tryNext: [
    'get /users/12',
    'shards',
    'sql "SELECT state, count(*) FROM users GROUP BY state ORDER BY state"',
    'get /users',
    'hotkeys',
    'reshard +1',
  ],
};
