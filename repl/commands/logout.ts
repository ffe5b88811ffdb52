/** Logs a device out. */
import { command } from '../shell/command';
import { fetching, fetchOptions } from './fetching';

export const logout = command({
  name: 'logout',
  group: 'users',
  summary: 'end the session of a device: nobody can use it any more, whoever knows the cookie',
  examples: [
    { line: 'logout', text: 'the app is nobody again' },
    { line: 'logout --client browser', text: 'the browser is' },
  ],
  params: {},
  options: fetchOptions,
  returns: 'Fetched',
  acts: true,
  run: (given, shell) => fetching(shell, 'POST', '/logout', given),
});
