/** Who is logged in is known to a store that all web servers ask, so that any of them serves anyone. */
import { box, node, outside, type Stage, together } from './stage';

const publicAddress = '203.0.113.10';
const asks = { sessions: { store: 'cache' }, writes: 'owner' };

export const stateless: Stage = {
  name: 'stateless',
  title: 'A stateless web tier',
  story: `Web servers keep nothing between two requests. Who is logged in stands in a shared store, here two cache servers
of which each has its part of the sessions, and any web server serves anyone: the balancer may choose as it likes, a web
server may come, go or die, and nobody is logged out. It costs a question per request; and the store is what must not die
now (sessions={"store":"sql"} puts them where the data is).`,
  topology: together(
    {
      boxes: [
        box('box-lb-1', '10.0.0.10', { publicAddress }),
        box('box-web-1', '10.0.0.11'),
        box('box-web-2', '10.0.0.12'),
        box('box-db-1', '10.0.0.13', { memoryMb: 8_192, diskMb: 100_000 }),
        box('box-cache-1', '10.0.0.14'),
        box('box-cache-2', '10.0.0.15'),
      ],
      nodes: [
        node('lb-1', 'lb', 'box-lb-1'),
        node('web-1', 'web', 'box-web-1', asks),
        node('web-2', 'web', 'box-web-2', asks),
        node('db-1', 'db', 'box-db-1', { caches: ['cache'], invalidates: 'off' }),
        node('cache-1', 'cache', 'box-cache-1'),
        node('cache-2', 'cache', 'box-cache-2'),
      ],
    },
    outside(publicAddress),
  ),
  tryNext: ['login 12', 'me', 'me', 'sessions', 'kill web-1', 'me', 'spawn web', 'me', 'logout', 'me'],
};
