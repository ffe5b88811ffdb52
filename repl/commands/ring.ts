/** Shows who has which part of the keys of the cache. */
import { rings } from '../render/strategies';
import { command, type Shown } from '../shell/command';
import { optional, word } from '../shell/params';

export const ring = command({
  name: 'ring',
  group: 'data',
  summary: 'show which cache server has which share of all keys, who is down or left out, and who has a key',
  examples: [
    { line: 'ring', text: 'the share of every cache server' },
    { line: 'ring row:user:12', text: 'and where user 12 is cached' },
  ],
  params: { key: optional(word('key', (text) => text)) },
  options: {},
  returns: 'unknown',
  run: async ({ key }, { world }): Promise<Shown> => {
    const found = await world.ringNow(key);
    return { value: found, text: (look) => rings(found, look) };
  },
});
