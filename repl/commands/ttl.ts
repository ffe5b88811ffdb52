/** Sets for how long rows are cached. */
import { command, said } from '../shell/command';
import { patience } from '../shell/kinds';

export const ttl = command({
  name: 'ttl',
  group: 'data',
  summary: 'set for how long a row that is cached from now on stays in the cache, on all web servers',
  examples: [
    { line: 'ttl 100ms', text: 'hardly ever old, and the database is asked again and again' },
    { line: 'ttl 10min', text: 'the database has peace; who changes a row past the site waits for it to be seen' },
  ],
  params: { duration: patience },
  options: {},
  returns: 'Done',
  acts: true,
  run: async ({ duration: ms }, { world }) => said(await world.ttl(ms), { ttlMs: ms }),
});
