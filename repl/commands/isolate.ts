/** Cuts a node off from everybody; gives a key shards of its own. */
import { Refusal, ratePerS, whole } from '../../src/world/quantities';
import { command } from '../shell/command';
import { family, target } from '../shell/kinds';
import { Mistake } from '../shell/mistake';
import { flag, option } from '../shell/options';
import { type Param, word } from '../shell/params';
import { type FamousKey, famousKey, isKey, moved } from './famous-key';
import { faulting } from './faulting';

const waysMax = 16;

const nodeOrKey: Param<string | FamousKey> = {
  ...target,
  usage: '<node | user:id | key:text>',
  take: (reader) => {
    const next = reader.peek()?.value;
    return typeof next === 'string' && isKey(next) ? famousKey.take(reader) : target.take(reader);
  },
  complete: (known) => [...target.complete(known), ...famousKey.complete(known)],
};

const ways = word(
  'ways',
  (text) => {
    const count = whole(text);
    if (count <= waysMax) return count;
    throw new Refusal(`${count} shards for one key are too many (at most ${waysMax})`);
  },
  { type: 'number' },
);

/** `500/s`. */
export const copyRate = word('rate', (text) => Math.max(1, Math.round(ratePerS(text))), { type: 'string | number' });

export const isolate = command({
  name: 'isolate',
  group: 'network',
  summary: 'cut a node off from everybody; or give a key that is asked for too much a shard of its own',
  examples: [
    { line: 'isolate db-1', text: 'undone by: heal' },
    { line: 'isolate user:42 --wait', text: 'all rows of user 42 go to a new shard; undone by: rejoin user:42' },
    { line: 'isolate user:42 --split 4 --wait', text: 'posts, photos and counters of user 42 are spread over four' },
  ],
  params: { what: nodeOrKey },
  options: {
    split: option(
      '--split <ways>',
      ways,
      'so many shards for the key: what has parts is spread over them, by default 1',
    ),
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
  run: async ({ what, split, rate, family: of, wait }, shell) => {
    if (typeof what !== 'string') {
      const change = { what: 'isolate', key: what.key, ways: split ?? 1 } as const;
      return moved(shell, { key: what.key, change, family: of, unitsPerSecond: rate, wait: wait === true });
    }
    if (split !== undefined || rate !== undefined || of !== undefined || wait !== undefined) {
      throw new Mistake(`--split, --rate, --family and --wait are for keys, such as user:42; ${what} is a node`);
    }
    return faulting(shell, { kind: 'isolate', node: what });
  },
});
