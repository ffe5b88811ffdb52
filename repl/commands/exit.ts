/** Ends the session. */
import { command } from '../shell/command';

export const exit = command({
  name: '.exit',
  callName: 'exit',
  group: 'session',
  summary: 'end the session and its world, cleanly; so does Ctrl-D',
  examples: [{ line: '.exit', text: 'with exit code 0' }],
  params: {},
  options: {},
  returns: 'void',
  run: async () => ({ value: null, text: () => '', exit: true }),
});
