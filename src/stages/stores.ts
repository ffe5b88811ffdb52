/** Three kinds of stores side by side, sharded and replicated by the same machinery: relational, key-value, documents. */
import { keepersOf, type ShardedStore, shardedStore } from './sharded-store';
import { box, node, outside, type Stage, together } from './stage';

const publicAddress = '203.0.113.10';
const routers = ['router-1', 'router-2'];
const families = { sql: { shards: 'shard-*' }, kv: { shards: 'kv-shard-*' }, doc: { shards: 'doc-shard-*' } };
const all: readonly ShardedStore[] = [
  shardedStore('sql', 'modulo', 2, 21),
  shardedStore('kv', 'ring', 2, 31),
  shardedStore('doc', 'rendezvous', 2, 41),
];
const keepers = keepersOf(all, 15);

export const stores: Stage = {
  name: 'stores',
  title: 'Three stores',
  story: `The users are in a relational store, as before; beside it stand a key-value store and one of documents of any shape.
Each is spread over two shards of three copies, the first by the remainder of ids, the second on a ring of hashes, the
third by the highest hash; the same routers, keepers of maps and copies serve all three. What they are asked about one key
costs about the same everywhere; the simpler ones leave out joins, transactions and a schema. Compare them.`,
  hosts: 3,
  topology: together(
    {
      boxes: [
        box('box-lb-1', '10.0.0.10', { publicAddress }),
        box('box-web-1', '10.0.0.11'),
        box('box-web-2', '10.0.0.12'),
        ...routers.map((id, at) => box(`box-${id}`, `10.0.0.${13 + at}`)),
        ...keepers.boxes,
        ...all.flatMap(({ boxes }) => boxes),
      ],
      nodes: [
        node('lb-1', 'lb', 'box-lb-1'),
        node('web-1', 'web', 'box-web-1', { databases: 'router' }),
        node('web-2', 'web', 'box-web-2', { databases: 'router' }),
        ...routers.map((id) => node(id, 'router', `box-${id}`, { families })),
        ...keepers.nodes,
        ...all.flatMap(({ nodes }) => nodes),
      ],
    },
    outside(publicAddress),
  ),
  tryNext: [
    'get /users/12',
    'kv put user:12 {"name": "Ada"}',
    'kv get user:12',
    'doc put users/12 {"name": "Ada", "address": {"city": "Rome"}}',
    'doc find users address.city = "Rome"',
    'shards --family kv',
    'compare stores',
  ],
};
