/** Asks the site for something, as a user's device does. */
import { command } from '../shell/command';
import { url } from '../shell/kinds';
import { fetching, fetchOptions } from './fetching';

export const get = command({
  name: 'get',
  group: 'users',
  summary: "send a GET as a user's device does: through DNS to the site and back",
  examples: [
    { line: 'get /users/12', text: 'as the mobile app: JSON' },
    { line: 'get /users/12 --client browser', text: 'as a web browser: HTML' },
    { line: 'get /users/12 --fresh any', text: 'from any copy of the data, however old' },
    { line: 'get /users/12 --timeout 200ms', text: 'gives up after 200 ms' },
  ],
  params: { url },
  options: fetchOptions,
  returns: 'Fetched',
  acts: true,
  run: (given, shell) => fetching(shell, 'GET', given.url, given),
});
