/** Lists the verbs, or explains one. */
import { helpFor, helpList } from '../render/help';
import { command, type Shown } from '../shell/command';
import { verb } from '../shell/kinds';
import { optional } from '../shell/params';

export const help = command({
  name: 'help',
  group: 'session',
  summary: 'list all verbs, or explain one',
  examples: [
    { line: 'help', text: 'all verbs' },
    { line: 'help kill', text: 'one of them, with examples' },
  ],
  params: { verb: optional(verb) },
  options: {},
  returns: 'unknown',
  run: async ({ verb: wanted }, { pages }): Promise<Shown> => {
    const one = pages.find(({ name }) => name === wanted);
    if (one === undefined) return { value: pages, text: (look) => helpList(pages, look) };
    return { value: one, text: (look) => helpFor(one, look) };
  },
});
