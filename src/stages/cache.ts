/** A cache in front of the database: several servers on a ring, and one that stands in for those that are dead. */
import { box, node, outside, type Stage, together } from './stage';

const publicAddress = '203.0.113.10';
const caches = { strategy: 'cache-aside', reads: 'any' };
/** Each has room for more than its share of the site, so that two can take what three held. */
const server = { bytesMax: 64 * 1024 * 1024, leaseMs: 200 };
const standIn = { bytesMax: 8 * 1024 * 1024, leaseMs: 200 };

export const cache: Stage = {
  name: 'cache',
  title: 'A cache',
  story: `Between the web servers and the database stand three cache servers, of which each has its part of the keys. Who
reads a row asks the cache first; who finds nothing there reads the database and fills, one at a time; who writes a row
drops it from the cache. What is read again and again costs the database nothing, and what is read may be old: how old, and
what else it costs, depends on the strategy and on how long a row may stay. When a cache server dies its keys go to a
small gutter server that keeps them for seconds only, and nothing is lost: the database has everything. What is written past
the web servers, by hand or by one that dies before it has told, the database tells the cache out of its log.`,
  hosts: 3,
  topology: together(
    {
      boxes: [
        box('box-lb-1', '10.0.0.10', { publicAddress }),
        box('box-web-1', '10.0.0.11'),
        box('box-web-2', '10.0.0.12'),
        box('box-db-1', '10.0.0.13', { memoryMb: 8_192, diskMb: 100_000 }),
        box('box-cache-1', '10.0.0.14'),
        box('box-cache-2', '10.0.0.15'),
        box('box-cache-3', '10.0.0.16'),
        box('box-gutter-1', '10.0.0.17'),
      ],
      nodes: [
        node('lb-1', 'lb', 'box-lb-1'),
        node('web-1', 'web', 'box-web-1', caches),
        node('web-2', 'web', 'box-web-2', caches),
        node('db-1', 'db', 'box-db-1', { caches: ['cache', 'gutter'] }),
        node('cache-1', 'cache', 'box-cache-1', server),
        node('cache-2', 'cache', 'box-cache-2', server),
        node('cache-3', 'cache', 'box-cache-3', server),
        { ...node('gutter-1', 'cache', 'box-gutter-1', standIn), pool: 'gutter' },
      ],
    },
    outside(publicAddress),
  ),
  tryNext: [
    'get /users/12',
    'get /users/12',
    'patch /users/12 {"lastName": "Lovelace"}',
    'sql "UPDATE users SET city = \'Oslo\' WHERE id = 12"',
    'get /users/12',
    'load 200rps --users 100',
    'run 10s',
    'strategy',
    'kill cache-1 --stay',
    'run 10s',
    'strategy write-around',
    'run 10s',
    'strategy',
  ],
};
