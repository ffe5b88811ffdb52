/** Changes settings of a running node. */
import { command, said } from '../shell/command';
import { node, settings } from '../shell/kinds';

/** Numbers, booleans, lists and objects as JSON; everything else is a text. */
function plainValue(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

export const configure = command({
  name: 'configure',
  group: 'growing',
  summary: 'change settings of a running node; one that it cannot take is refused with its place',
  examples: [
    { line: 'configure web-1 workers=8', text: 'in force with the next request' },
    { line: 'show web-1', text: 'tells which settings there are' },
  ],
  params: {
    node,
    settings: settings(
      '<name=value>...',
      'Record<string, unknown>',
      (name, value) => [name, plainValue(value)] as const,
    ),
  },
  options: {},
  returns: 'Done',
  acts: true,
  run: async ({ node: id, settings: given }, { world }) => {
    const config = Object.fromEntries(given);
    return said(await world.configure(id, config), { config });
  },
});
