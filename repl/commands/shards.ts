/** Shows what each shard has and has to do. */
import { shards as draw } from '../render/shards';
import { command, type Shown } from '../shell/command';
import { family } from '../shell/kinds';
import { option } from '../shell/options';

const everyMs = 1_000;

export const shards = command({
  name: 'shards',
  group: 'data',
  summary: 'show what each shard has and has to do, and how even that is',
  examples: [
    { line: 'shards', text: 'keys, rows, bytes and requests; below, max/mean and chi-square' },
    { line: 'shards --family kv', text: 'of the key-value store' },
  ],
  params: {},
  options: { family: option('--family <family>', family, 'sql, kv or doc; by default the relational store') },
  returns: 'Shards',
  run: async ({ family: of }, { world, virtual }): Promise<Shown> => {
    const value = await world.shards(of);
    const shown = { value, text: (look: Parameters<typeof draw>[1]) => draw(value, look) };
    if (virtual !== undefined) return shown;
    return { ...shown, live: { everyMs, frame: async (look) => draw(await world.shards(of), look) } };
  },
});
