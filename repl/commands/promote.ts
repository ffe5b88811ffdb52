/** Makes a copy the primary. */
import { command, said } from '../shell/command';
import { copy, node } from '../shell/kinds';
import { flag, option } from '../shell/options';

export const promote = command({
  name: 'promote',
  group: 'data',
  summary: 'make a copy the primary, through the observers; refused if writes that were acknowledged may be lost by it',
  examples: [
    { line: 'promote db-2', text: 'the primary before it is fenced first' },
    { line: 'promote db-2 --force', text: 'even if that loses what only others have' },
  ],
  params: { database: copy },
  options: {
    force: flag('--force', 'even if acknowledged writes may be lost'),
    by: option('--by <observer>', node, 'which observer is asked; by default the one that decides'),
  },
  returns: 'Done',
  acts: true,
  run: async ({ database: to, force, by }, { world }) =>
    said(await world.promote(to, { force: force === true, ...(by === undefined ? {} : { by }) }), { node: to }),
});
