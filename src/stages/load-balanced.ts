/** Several web servers behind one address: the first stage that outlives the death of a machine. */
import { box, node, outside, type Stage, together } from './stage';

const publicAddress = '203.0.113.10';

export const loadBalanced: Stage = {
  name: 'load-balanced',
  title: 'A load balancer',
  story: `Users reach the balancer's public address; the web servers behind it have private ones only.
The balancer spreads requests evenly, notices within a second who is dead, and uses a new or recovered server by
itself. A web server can die and nobody is told an error; the database is still alone.`,
  topology: together(
    {
      boxes: [
        box('box-lb-1', '10.0.0.10', { publicAddress }),
        box('box-web-1', '10.0.0.11'),
        box('box-web-2', '10.0.0.12'),
        box('box-db-1', '10.0.0.13', { memoryMb: 8_192, diskMb: 100_000 }),
      ],
      nodes: [
        node('lb-1', 'lb', 'box-lb-1'),
        node('web-1', 'web', 'box-web-1'),
        node('web-2', 'web', 'box-web-2'),
        node('db-1', 'db', 'box-db-1'),
      ],
    },
    outside(publicAddress),
  ),
  tryNext: ['get /users/12', 'trace', 'kill web-1', 'get /users/12', 'spawn web', 'load 1000rps'],
};
