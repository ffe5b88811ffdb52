/** Sets for how long rows are cached, or tells it. */
import { durationOfMs } from '../../src/drawing/numbers';
import { command, said } from '../shell/command';
import { patience } from '../shell/kinds';
import { optional } from '../shell/params';

export const ttl = command({
  name: 'ttl',
  group: 'data',
  summary: 'set for how long a row that is cached from now on stays in the cache, on all web servers; alone: how long',
  examples: [
    { line: 'ttl 100ms', text: 'hardly ever old, and the database is asked again and again' },
    { line: 'ttl 10min', text: 'the database has peace; who changes a row past the site waits for it to be seen' },
  ],
  params: { duration: optional(patience) },
  options: {},
  returns: 'Done',
  acts: true,
  run: async ({ duration: ms }, { world }) => {
    if (ms !== undefined) return said(await world.ttl(ms), { ttlMs: ms });
    const { ttlMs } = await world.strategies();
    return said(`rows are cached for ${durationOfMs(ttlMs)}`, { ttlMs });
  },
});
