/** Draws the map of the data centre. */
import { callsOf, topologyMap } from '../render/topology';
import { command, type Shown } from '../shell/command';

export const topology = command({
  name: 'topology',
  group: 'looking',
  summary: 'draw the map: which way a request goes, which boxes there are, who runs on them and whom they call',
  examples: [
    { line: 'topology', text: 'public addresses can be reached from the internet, all others only from inside' },
  ],
  params: {},
  options: {},
  returns: '{ boxes: readonly any[]; nodes: readonly any[]; calls: Record<string, readonly string[]> }',
  run: async (_given, { world, tiers }): Promise<Shown> => {
    const { topology: map } = world;
    const calls = callsOf(map, tiers);
    const census = await world.census();
    return {
      value: { ...map, calls: Object.fromEntries(calls) },
      text: (look) => topologyMap({ topology: map, calls, census }, look),
    };
  },
});
