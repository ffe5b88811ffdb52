/** Shows the seed, or starts a fresh world with another. */
import { seedOf } from '../face/options';
import { command, said } from '../shell/command';
import { anyText } from '../shell/kinds';
import { optional } from '../shell/params';

export const seed = command({
  name: 'seed',
  group: 'session',
  summary: 'show the seed of all chance in this world; with a number, start a fresh world with that seed',
  examples: [
    { line: 'seed', text: 'same stage, seed and commands: same history (simulation)' },
    { line: 'seed 7', text: 'the same stage from its beginning' },
  ],
  params: { seed: optional(anyText) },
  options: {},
  returns: '{ seed: string | number }',
  run: async ({ seed: wanted }, shell) => {
    if (wanted === undefined) return said(`seed ${shell.seed}`, { seed: shell.seed });
    const fresh = await shell.fresh({ seed: seedOf(wanted) });
    return said(`a fresh ${fresh.stage.name} with seed ${fresh.seed}`, { seed: fresh.seed });
  },
});
