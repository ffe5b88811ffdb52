/** Everything on one machine: where every site begins. */
import { box, node, outside, type Stage, together } from './stage';

const publicAddress = '203.0.113.10';

export const oneBox: Stage = {
  name: 'one-box',
  title: 'One box',
  story: `The web server and the database share one machine: its CPUs, its disk, its address and its fate.
A request finds it through DNS, a third party outside the site. Make the machine bigger and it does more, up to the
largest there is; switch it off and the whole site is gone.`,
  topology: together(
    {
      boxes: [box('box-1', '10.0.0.10', { publicAddress })],
      nodes: [node('web-1', 'web', 'box-1'), node('db-1', 'db', 'box-1')],
    },
    outside(publicAddress),
  ),
  tryNext: ['get /users/12', 'load 2000rps', 'resize web-1 cpus=8', 'killbox box-1', 'stage separate-database'],
};
