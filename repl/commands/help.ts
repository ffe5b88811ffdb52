/** Lists the verbs, or explains one. */
import { Refusal } from '../../src/world/quantities';
import { didYouMean } from '../render/error';
import { helpFor, helpList, helpOverview } from '../render/help';
import { command, type Shown } from '../shell/command';
import { optional, word } from '../shell/params';

const everything = 'all';
const topic = word('verb|group|all', (text) => text, { complete: ({ verbs }) => [...verbs, everything] });

export const help = command({
  name: 'help',
  group: 'session',
  summary: 'list the verbs, or explain one',
  examples: [
    { line: 'help', text: 'all verbs by name' },
    { line: 'help kill', text: 'one of them, with examples' },
    { line: 'help network', text: 'what each verb of a group does' },
    { line: 'help all', text: 'what every verb does' },
  ],
  params: { topic: optional(topic) },
  options: {},
  returns: 'unknown',
  run: async ({ topic: wanted }, { pages }): Promise<Shown> => {
    if (wanted === undefined) return { value: pages, text: (look) => helpOverview(pages, look) };
    const one = pages.find(({ name }) => name === wanted || name === `.${wanted}`);
    if (one !== undefined) return { value: one, text: (look) => helpFor(one, look) };
    const group = wanted === everything ? pages : pages.filter((page) => page.topic === wanted);
    if (group.length > 0) return { value: group, text: (look) => helpList(group, look) };
    const known = pages.flatMap((page) => [page.name, page.topic]);
    throw new Refusal(`there is no verb ${wanted}${didYouMean(wanted, new Set(known)) || '; help lists them all'}`);
  },
});
