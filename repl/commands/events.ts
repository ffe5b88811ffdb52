/** What has happened lately. */
import type { WorldEvent } from '../../src/kernel/events';
import { Refusal } from '../../src/world/quantities';
import { eventList, foldLosses } from '../render/events';
import { command, type Shown, said } from '../shell/command';
import { count, globMatcher } from '../shell/kinds';
import { Mistake } from '../shell/mistake';
import { flag, option } from '../shell/options';
import { word } from '../shell/params';

const defaultLast = 20;

/** So many of these per request that nothing else could be seen; they are shown when asked for. */
const perRequest: readonly string[] = ['sent', 'delivered', 'handled', 'gauge', 'operation'];

const types: Readonly<Record<WorldEvent['type'], true>> = {
  life: true,
  sent: true,
  delivered: true,
  handled: true,
  dropped: true,
  log: true,
  gauge: true,
  operation: true,
  act: true,
  fault: true,
  config: true,
};

const type = word(
  'type',
  (text) => {
    if (Object.hasOwn(types, text)) return text;
    throw new Refusal(`there is no type of event ${text} (types: ${Object.keys(types).join(', ')})`);
  },
  { complete: () => Object.keys(types) },
);
const glob = word('glob', (text) => text, { complete: ({ nodes }) => nodes });

export const events = command({
  name: 'events',
  group: 'looking',
  summary: 'show what has happened lately: lives, faults, changes, losses; with --all every message',
  examples: [
    { line: 'events', text: `the last ${defaultLast}` },
    { line: 'events --last 50 --node web-*', text: 'of the web servers' },
    { line: 'events --type dropped', text: 'messages that were lost, and why' },
    {
      line: 'events --hash',
      text: 'one hash over everything so far (simulation): equal for the same seed and commands',
    },
  ],
  params: {},
  options: {
    last: option('--last <count>', count, `how many, by default ${defaultLast}`),
    type: option('--type <type>', type, 'only of this type, for example life or dropped'),
    node: option('--node <glob>', glob, 'only of these nodes'),
    all: flag('--all', 'each message and operation as well, and gauges'),
    hash: flag('--hash', 'one hash over the whole history'),
  },
  returns: 'unknown',
  run: async ({ last = defaultLast, type: wanted, node, all = false, hash }, { world, virtual }): Promise<Shown> => {
    if (hash === true) {
      if (virtual === undefined) throw new Mistake('only a simulated history has a hash; start with --mode sim');
      const text = virtual.hash();
      return said(text, { hash: text });
    }
    const fits = node === undefined ? () => true : globMatcher(node);
    const kind = (event: WorldEvent): boolean =>
      wanted === undefined ? all || !perRequest.includes(event.type) : event.type === wanted;
    const found = (await world.recent()).filter((event) => kind(event) && fits(event.node));
    const each = all || wanted !== undefined;
    const lines = each ? found.map((event) => ({ event, more: 0 })) : foldLosses(found);
    return {
      value: found.slice(-last),
      text: (look) => eventList(lines.slice(-last), look, Math.max(0, lines.length - last)),
    };
  },
});
