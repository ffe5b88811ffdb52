/** Shows who holds how many sessions. */
import { sessions as draw } from '../render/sessions';
import { command, type Shown } from '../shell/command';

export const sessions = command({
  name: 'sessions',
  group: 'data',
  summary: 'show who holds how many sessions: each web server in its memory, or the store that they share',
  examples: [{ line: 'sessions', text: 'a line per web server, and per server of a shared store' }],
  params: {},
  options: {},
  returns: 'unknown',
  acts: true,
  run: async (_given, { world }): Promise<Shown> => {
    const value = await world.sessions();
    return { value, text: (look) => draw(value, look) };
  },
});
