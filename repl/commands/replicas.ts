/** Shows how the copies of the data stand. */
import { replicas as draw } from '../render/replicas';
import { command, type Shown } from '../shell/command';

export const replicas = command({
  name: 'replicas',
  group: 'data',
  summary: 'show every copy of the data: its role, term and log, how far it is behind, and who decides about them',
  examples: [{ line: 'replicas', text: 'a line per copy; below, the observers and what waits for recover' }],
  params: {},
  options: {},
  returns: 'Replicas',
  run: async (_given, { world }): Promise<Shown> => {
    const value = await world.replicas();
    return { value, text: (look) => draw(value, look) };
  },
});
