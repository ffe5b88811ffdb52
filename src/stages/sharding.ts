/** One store on many machines: each shard has a part of the users, and a router knows which. */
import { keepersOf, shardedStore } from './sharded-store';
import { box, node, outside, type Stage, together } from './stage';

const publicAddress = '203.0.113.10';
const routers = ['router-1', 'router-2'];
const users = shardedStore('sql', 'modulo', 4, 21);
const keepers = keepersOf([users], 15);

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
        ...keepers.boxes,
        ...users.boxes,
      ],
      nodes: [
        node('lb-1', 'lb', 'box-lb-1'),
        node('web-1', 'web', 'box-web-1', { databases: 'router', feed: 'table' }),
        node('web-2', 'web', 'box-web-2', { databases: 'router', feed: 'table' }),
        ...routers.map((id) => node(id, 'router', `box-${id}`)),
        ...keepers.nodes,
        ...users.nodes,
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
