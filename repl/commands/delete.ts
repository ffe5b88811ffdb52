/** Takes something away. */
import { command } from '../shell/command';
import { url } from '../shell/kinds';
import { fetching, fetchOptions } from './fetching';

export const del = command({
  name: 'delete',
  callName: 'del', // `delete` is an operator of TypeScript.
  group: 'users',
  summary: 'send a DELETE: takes something away',
  examples: [{ line: 'delete /users/12', text: 'user 12 is gone; a GET is then a 404' }],
  params: { url },
  options: fetchOptions,
  returns: 'Fetched',
  acts: true,
  run: (given, shell) => fetching(shell, 'DELETE', given.url, given),
});
