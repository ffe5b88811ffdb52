/** Send a PUT with a JSON body: replaces something. */
import { command } from '../shell/command';
import { optionalJson, url } from '../shell/kinds';
import { fetching, fetchOptions } from './fetching';

export const put = command({
  name: 'put',
  group: 'users',
  summary: 'send a PUT with a JSON body: replaces something',
  examples: [{ line: 'put /users/12 {"firstName": "Ada", "lastName": "Lovelace"}', text: 'replaces user 12' }],
  params: { url, body: optionalJson },
  options: fetchOptions,
  returns: 'Fetched',
  acts: true,
  run: (given, shell) => fetching(shell, 'PUT', given.url, given, given.body),
});
