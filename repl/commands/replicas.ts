/** Shows how the copies of the data stand. */
import { replicas as draw, eachGroup } from '../render/replicas';
import { command, type Shown } from '../shell/command';
import { group } from '../shell/kinds';
import { optional } from '../shell/params';

export const replicas = command({
  name: 'replicas',
  group: 'data',
  summary: 'show every copy of the data: its role, term and log, how far it is behind, and who decides about them',
  examples: [
    { line: 'replicas', text: 'a line per copy; below, the observers and what waits for recover' },
    { line: 'replicas shard-2', text: 'one group of several' },
  ],
  params: { group: optional(group) },
  options: {},
  returns: 'Replicas',
  run: async ({ group: pool }, { world }): Promise<Shown> => {
    const value = await world.replicas(pool);
    return { value, text: (look) => eachGroup(value, look, (one) => draw(one, look)) };
  },
});
