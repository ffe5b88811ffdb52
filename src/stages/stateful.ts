/** Who is logged in is known to the one web server that they logged in at: sessions in memory, and a balancer that sticks. */
import { box, node, outside, type Stage, together } from './stage';

const publicAddress = '203.0.113.10';
const remembers = { sessions: 'memory', writes: 'owner' };

export const stateful: Stage = {
  name: 'stateful',
  title: 'A stateful web tier',
  story: `A web server keeps in its memory who is logged in, with their names and profile images. Nobody else knows: on
another server the same user is a stranger. So the balancer gives every device a cookie that names its server, and sends
it there again and again. When that server dies, its users are logged out, all of them and nobody else; and a new server
has nothing to do until new users come.`,
  topology: together(
    {
      boxes: [
        box('box-lb-1', '10.0.0.10', { publicAddress }),
        box('box-web-1', '10.0.0.11'),
        box('box-web-2', '10.0.0.12'),
        box('box-db-1', '10.0.0.13', { memoryMb: 8_192, diskMb: 100_000 }),
      ],
      nodes: [
        node('lb-1', 'lb', 'box-lb-1', { algorithm: 'sticky-cookie' }),
        node('web-1', 'web', 'box-web-1', remembers),
        node('web-2', 'web', 'box-web-2', remembers),
        node('db-1', 'db', 'box-db-1'),
      ],
    },
    outside(publicAddress),
  ),
  tryNext: [
    'login 12',
    'login 7 --client browser',
    'sessions',
    'me',
    'kill web-1',
    'me',
    'me --client browser',
    'stage stateless',
  ],
};
