/** Three databases that agree on every write by majority, and elect who leads them: Raft, with nobody beside it. */
import { box, node, outside, type Stage, together } from './stage';

const publicAddress = '203.0.113.10';
const databases = ['db-1', 'db-2', 'db-3'];

export const consensus: Stage = {
  name: 'consensus',
  title: 'Consensus',
  story: `Three databases hold the same data and agree on each write before it is done: two of them have it on disk when a
user is told so. They elect their primary by themselves. Any one of them can die, or be cut off, and within a few
seconds the others go on with all that was acknowledged; a primary without a majority decides nothing, and knows it.`,
  hosts: 3,
  topology: together(
    {
      boxes: [
        box('box-lb-1', '10.0.0.10', { publicAddress }),
        box('box-web-1', '10.0.0.11'),
        box('box-web-2', '10.0.0.12'),
        ...databases.map((id, at) => box(`box-${id}`, `10.0.0.${13 + at}`, { memoryMb: 8_192, diskMb: 100_000 })),
      ],
      nodes: [
        node('lb-1', 'lb', 'box-lb-1'),
        node('web-1', 'web', 'box-web-1'),
        node('web-2', 'web', 'box-web-2'),
        ...databases.map((id) => node(id, 'db', `box-${id}`, { group: databases })),
      ],
    },
    outside(publicAddress),
  ),
  tryNext: ['get /users/12', 'replicas', 'kill db-1 --stay', 'run 2s', 'patch /users/12 {"lastName": "Curie"}', 'why'],
};
