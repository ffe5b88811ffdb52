/** Shows the keys that are asked for most. */
import { hotKeys as draw } from '../render/hot-keys';
import { command, type Shown } from '../shell/command';
import { count, family } from '../shell/kinds';
import { option } from '../shell/options';

const topUnlessSaid = 5;
const everyMs = 1_000;

export const hotkeys = command({
  name: 'hotkeys',
  group: 'data',
  summary: 'show the keys that are asked for most, as the routers count them in memory that does not grow',
  examples: [
    { line: 'hotkeys', text: 'five of each table, in the last ten to twenty seconds' },
    { line: 'hotkeys --top 20', text: 'more of them' },
  ],
  params: {},
  options: {
    top: option('--top <count>', count, 'so many of each table, by default 5'),
    family: option('--family <family>', family, 'sql, kv or doc; by default all'),
  },
  returns: 'HotKeys',
  run: async ({ top = topUnlessSaid, family: of }, { world, virtual }): Promise<Shown> => {
    const value = await world.hotKeys(of);
    const shown = { value, text: (look: Parameters<typeof draw>[2]) => draw(value, top, look) };
    if (virtual !== undefined) return shown;
    return { ...shown, live: { everyMs, frame: async (look) => draw(await world.hotKeys(of), top, look) } };
  },
});
