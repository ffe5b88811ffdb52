/** Shows who has which part of the keys of the cache. */
import { rings } from '../render/strategies';
import { command, type Shown } from '../shell/command';
import { optional, word } from '../shell/params';

export const ring = command({
  name: 'ring',
  group: 'data',
  summary: 'show the shares of all cache servers, who is down or left out, what there is room for, and who has a key',
  examples: [
    { line: 'ring', text: 'the share of every cache server' },
    { line: 'ring row:user:12', text: 'and where user 12 is cached' },
  ],
  params: { key: optional(word('key', (text) => text)) },
  options: {},
  returns: 'unknown',
  run: async ({ key }, { world }): Promise<Shown> => {
    const found = await world.ringNow(key);
    const room = await world.cacheRoom();
    return { value: { ...found, room }, text: (look) => rings(found, room, look) };
  },
});
