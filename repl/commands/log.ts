/** What was done so far, to be typed again. */

import { beginning } from '../../src/world/beginning';
import { pasteable } from '../../src/world/pasteable';
import { command, type Shown } from '../shell/command';

export const log = command({
  name: 'log',
  group: 'session',
  summary: 'print what was done to this world as lines that do it again',
  examples: [{ line: 'log', text: 'in simulation: same stage, seed and lines, same history' }],
  params: {},
  options: {},
  returns: 'readonly string[]',
  run: async (_given, { virtual, journal, stage, seed }): Promise<Shown> => {
    const lines =
      virtual === undefined
        ? journal.map(({ line }) => line)
        : pasteable(virtual.done, virtual.moment, virtual.outcomes);
    const from = virtual === undefined ? `stage ${stage.name}, seed ${seed}` : beginning(virtual.recipe);
    const value = [`# ${from}`, ...lines];
    return { value, text: () => value.join('\n') };
  },
});
