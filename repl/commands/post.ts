/** Send a POST with a JSON body: makes something new. */
import { command } from '../shell/command';
import { optionalJson, url } from '../shell/kinds';
import { fetching, fetchOptions } from './fetching';

export const post = command({
  name: 'post',
  group: 'users',
  summary: 'send a POST with a JSON body: makes something new',
  examples: [{ line: 'post /users {"firstName": "Ada", "lastName": "Lovelace"}', text: 'makes a user' }],
  params: { url, body: optionalJson },
  options: fetchOptions,
  returns: 'Fetched',
  acts: true,
  run: (given, shell) => fetching(shell, 'POST', given.url, given, given.body),
});
