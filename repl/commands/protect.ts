/** Protects a site against more than it can do. */
import { type Protection, protectionNames } from '../../src/world/protections';
import { Refusal } from '../../src/world/quantities';
import { didYouMean } from '../render/error';
import { command, said } from '../shell/command';
import { word } from '../shell/params';

const protection = word(
  protectionNames.join('|'),
  (text): Protection => {
    const found = protectionNames.find((one) => one === text);
    if (found !== undefined) return found;
    const hint = didYouMean(text, protectionNames) || `; write one of ${protectionNames.join(', ')}`;
    throw new Refusal(`there is no protection ${text}${hint}`);
  },
  { type: protectionNames.map((one) => `'${one}'`).join(' | '), complete: () => protectionNames },
);

export const protect = command({
  name: 'protect',
  group: 'growing',
  summary: 'protect the site against more than it can do: settings laid over all nodes that they concern',
  examples: [
    { line: 'protect retry-budget', text: 'devices and balancers ask again for one request in ten at most' },
    { line: 'protect breaker', text: 'web servers leave a database alone when half of what they ask fails' },
    { line: 'protect shedding', text: 'web servers refuse at once what would not be answered in time' },
    { line: 'protect off', text: 'takes all of it back' },
  ],
  params: { protection },
  options: {},
  returns: 'Done',
  acts: true,
  run: async ({ protection: wanted }, { world }) => said(await world.protect(wanted), { protection: wanted }),
});
