/** One primary that takes all writes, replicas that share the reads, and observers who see to it that there is a primary. */
import { box, node, outside, type Stage, together } from './stage';

const publicAddress = '203.0.113.10';
const databases = ['db-1', 'db-2', 'db-3'];
const observers = ['observer-1', 'observer-2', 'observer-3'];
const copy = { group: databases, observers, succession: 'appointed', mode: 'semi-sync', replicas: 1, reads: 'lease' };

export const replication: Stage = {
  name: 'replication',
  title: 'Database replication',
  story: `One database is the primary and takes all writes; it ships its log to two replicas, which take reads only.
A write is acknowledged once one replica has it on disk as well (semi-sync). Three observers, each on a machine of its
own, lend the primary its office for a second at a time; when it is silent they agree on a new term, have the others
promise it, and appoint the one whose log goes furthest. Any machine can die, and nothing that was acknowledged is lost.`,
  hosts: 3,
  topology: together(
    {
      boxes: [
        box('box-lb-1', '10.0.0.10', { publicAddress }),
        box('box-web-1', '10.0.0.11'),
        box('box-web-2', '10.0.0.12'),
        ...databases.map((id, at) => box(`box-${id}`, `10.0.0.${13 + at}`, { memoryMb: 8_192, diskMb: 100_000 })),
        ...observers.map((id, at) => box(`box-${id}`, `10.0.0.${16 + at}`, { cpus: 1 })),
      ],
      nodes: [
        node('lb-1', 'lb', 'box-lb-1'),
        node('web-1', 'web', 'box-web-1', { reads: 'any' }),
        node('web-2', 'web', 'box-web-2', { reads: 'any' }),
        ...databases.map((id) => node(id, 'db', `box-${id}`, copy)),
        ...observers.map((id) => node(id, 'observer', `box-${id}`, { observers })),
      ],
    },
    outside(publicAddress),
  ),
  tryNext: [
    'replicas',
    'get /users/12',
    'why',
    'kill db-1 --stay',
    'run 3s',
    'replicas',
    'restart db-1',
    'recover db-1',
  ],
};
