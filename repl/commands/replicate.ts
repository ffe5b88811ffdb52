/** Says when a write counts as done. */
import { Refusal } from '../../src/world/quantities';
import { databaseKind } from '../../src/world/replicas';
import { command, said } from '../shell/command';
import { copy, count, oneOf } from '../shell/kinds';
import { Mistake } from '../shell/mistake';
import { option } from '../shell/options';
import { optional, word } from '../shell/params';

const modes = ['async', 'semi-sync', 'quorum'] as const;

const mode = word(
  'async|semi-sync|quorum',
  (text) => {
    const found = modes.find((one) => one === text);
    if (found === undefined) throw new Refusal(`'${text}' is not a mode; write async, semi-sync 1 or quorum`);
    return found;
  },
  { type: modes.map((one) => `'${one}'`).join(' | '), complete: () => modes },
);

/** What is replicated: a group, and `db` for the only one there is, or for that of a copy that is named besides. */
const stores = oneOf('store', ({ groups }) => [...new Set([...groups, databaseKind])]);
const store: typeof stores = { ...stores, complete: ({ groups }) => (groups.length > 1 ? groups : [databaseKind]) };

export const replicate = command({
  name: 'replicate',
  group: 'data',
  summary: 'say when a write counts as done: on the disk of the primary, of so many replicas too, or of a majority',
  examples: [
    { line: 'replicate db async', text: 'fast; what the primary alone has is lost with it' },
    { line: 'replicate db semi-sync 1', text: 'one replica must have it as well; semi-sync alone means the same' },
    { line: 'replicate db quorum', text: 'a majority of all copies must have it' },
    { line: 'replicate shard-2 quorum', text: 'the same for one group of several' },
  ],
  params: { store, mode, replicas: optional({ ...count, usage: '<replicas>' }) },
  options: { at: option('--at <database>', copy, 'which copy is told; by default whoever is the primary') },
  returns: 'Done',
  acts: true,
  run: async ({ store: named, mode: wanted, replicas, at }, { world }) => {
    if (replicas !== undefined && wanted !== 'semi-sync') {
      throw new Mistake(`a number of replicas goes with semi-sync; ${wanted} needs none`);
    }
    const text = await world.replicate(wanted, {
      ...(wanted === 'semi-sync' ? { replicas: replicas ?? 1 } : {}),
      ...(at === undefined ? {} : { at }),
      ...(named === databaseKind ? {} : { of: named }),
    });
    return said(text, { mode: wanted });
  },
});
