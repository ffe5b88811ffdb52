/** Empties the screen. */
import { command } from '../shell/command';

export const clear = command({
  name: 'clear',
  group: 'session',
  summary: 'empty the screen',
  examples: [{ line: 'clear', text: 'the world is left alone' }],
  params: {},
  options: {},
  returns: 'void',
  run: async () => ({ value: null, text: () => '', clear: true }),
});
