/** Lists the stages, or starts one. */
import { palette, wrap } from '../../src/drawing/look';
import { command, type Shown } from '../shell/command';
import { stage as stageName } from '../shell/kinds';
import { optional } from '../shell/params';

export const stage = command({
  name: 'stage',
  group: 'session',
  summary: 'list the rungs of the ladder; with a name, start that one as a fresh world',
  examples: [
    { line: 'stage', text: 'which there are, and which this is' },
    { line: 'stage one-box', text: 'web server and database on one box' },
  ],
  params: { stage: optional(stageName) },
  options: {},
  returns: 'unknown',
  run: async ({ stage: wanted }, shell): Promise<Shown> => {
    const { stage: here, stages } = wanted === undefined ? shell : await shell.fresh({ stage: wanted });
    const { name, title, story, tryNext } = here;
    if (wanted !== undefined) {
      return {
        value: { name, title, story, tryNext },
        text: (look) => {
          const { strong, quiet, name: typed } = palette(look);
          const tries = tryNext.map((line) => `  ${typed(line)}`);
          return [strong(title), ...wrap(story, look.columns), quiet('try:'), ...tries].join('\n');
        },
      };
    }
    const value = stages.map((one) => ({ name: one.name, title: one.title, here: one.name === name }));
    return {
      value,
      text: (look) => {
        const { name: typed, strong, quiet } = palette(look);
        const wide = Math.max(...value.map((one) => one.name.length));
        const lines = value.map(
          (one) => `${one.here ? strong('*') : ' '} ${typed(one.name.padEnd(wide))}  ${one.title}`,
        );
        return [...lines, quiet('* is running; stage <name> starts another, as a fresh world')].join('\n');
      },
    };
  },
});
