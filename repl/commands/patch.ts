/** Send a PATCH with a JSON body: changes a part of something. */
import { command } from '../shell/command';
import { optionalJson, url } from '../shell/kinds';
import { fetching, fetchOptions } from './fetching';

export const patch = command({
  name: 'patch',
  group: 'users',
  summary: 'send a PATCH with a JSON body: changes a part of something',
  examples: [{ line: 'patch /users/12 {"firstName": "Grace"}', text: 'changes one field of user 12' }],
  params: { url, body: optionalJson },
  options: fetchOptions,
  returns: 'Fetched',
  acts: true,
  run: (given, shell) => fetching(shell, 'PATCH', given.url, given, given.body),
});
