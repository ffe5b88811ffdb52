/** The data tier on a machine of its own. */
import { box, node, outside, type Stage, together } from './stage';

const publicAddress = '203.0.113.10';

export const separateDatabase: Stage = {
  name: 'separate-database',
  title: 'A database of its own',
  story: `The web tier and the data tier stand on machines of their own, so each can be sized for what it does.
The database has no public address: only the site's own machines reach it. There is still one of each; whichever dies
takes the site with it.`,
  topology: together(
    {
      boxes: [
        box('box-web-1', '10.0.0.10', { publicAddress }),
        box('box-db-1', '10.0.0.11', { memoryMb: 8_192, diskMb: 100_000 }),
      ],
      nodes: [node('web-1', 'web', 'box-web-1'), node('db-1', 'db', 'box-db-1')],
    },
    outside(publicAddress),
  ),
  tryNext: [
    'get /users/12',
    'get http://10.0.0.11/users/12',
    'resize db-1 cpus=4',
    'kill db-1 --stay',
    'get /users/12',
  ],
};
