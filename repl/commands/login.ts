/** Logs a device in as a user. */
import { command } from '../shell/command';
import { anyText, count } from '../shell/kinds';
import { optional } from '../shell/params';
import { fetching, fetchOptions } from './fetching';

export const login = command({
  name: 'login',
  group: 'users',
  summary: 'log a device in as a user; it keeps the cookie and sends it along from then on',
  examples: [
    { line: 'login 12', text: 'the app is user 12 now; the password of a new site is secret' },
    { line: 'login 7 secret --client browser', text: 'the browser is user 7' },
    { line: 'login 12 guess', text: 'a wrong password: 401' },
  ],
  params: { user: count, password: optional(anyText) },
  options: fetchOptions,
  returns: 'Fetched',
  acts: true,
  run: ({ user, password = 'secret', ...given }, shell) => fetching(shell, 'POST', '/login', given, { user, password }),
});
