/** Takes the shards of its own away from a key. */
import { command } from '../shell/command';
import { family } from '../shell/kinds';
import { flag, option } from '../shell/options';
import { famousKey, moved } from './famous-key';
import { copyRate } from './isolate';

export const rejoin = command({
  name: 'rejoin',
  group: 'growing',
  summary: 'move a key that had shards of its own back to where the others of its kind are',
  examples: [{ line: 'rejoin user:42 --wait', text: 'undoes: isolate user:42' }],
  params: { key: famousKey },
  options: {
    rate: option(
      '--rate <rate>',
      copyRate,
      'so many parts of the key per second at most, by default as fast as it goes',
    ),
    family: option('--family <family>', family, 'sql, kv or doc; by default the relational store'),
    wait: flag('--wait', 'until it has moved, with what each shard has to do before and after'),
  },
  returns: 'any',
  acts: true,
  run: async ({ key: { key }, rate, family: of, wait }, shell) =>
    moved(shell, { key, change: { what: 'rejoin', key }, family: of, unitsPerSecond: rate, wait: wait === true }),
});
