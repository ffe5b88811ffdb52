/** Asks the site who it takes a device for. */
import { command } from '../shell/command';
import { fetching, fetchOptions } from './fetching';

export const me = command({
  name: 'me',
  group: 'users',
  summary: 'ask the site who it takes a device for: 401 where it does not know',
  examples: [
    { line: 'me', text: 'the app' },
    { line: 'me --client browser', text: 'the browser, as a page' },
  ],
  params: {},
  options: fetchOptions,
  returns: 'Fetched',
  acts: true,
  run: (given, shell) => fetching(shell, 'GET', '/me', given),
});
