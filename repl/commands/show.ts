/** Tells all there is to know of one node. */
import { nodeDetails } from '../render/node';
import { command, type Shown } from '../shell/command';
import { nodes } from '../shell/kinds';
import { many } from '../shell/params';

export const show = command({
  name: 'show',
  group: 'looking',
  summary: 'tell all about a node: its state and config, mailbox, box, host, lives',
  examples: [
    { line: 'show web-1', text: 'one node' },
    { line: 'show web-*', text: 'one after the other' },
  ],
  params: { nodes: many(nodes) },
  options: {},
  returns: 'any',
  run: async ({ nodes: wanted }, { world, tiers }): Promise<Shown> => {
    const census = await world.census();
    const { nowUs } = world;
    const found = await Promise.all(
      census.nodes
        .filter(({ spec }) => wanted.flat().includes(spec.id))
        .map(async (status) => {
          const alive = status.state !== 'dead' && status.state !== 'restarting';
          const box = census.boxes.find(({ spec }) => spec.id === status.spec.box);
          return { ...status, box, view: alive ? await world.view(status.spec.id) : undefined };
        }),
    );
    const value = found.length === 1 ? found[0] : found;
    return {
      value,
      text: (look) =>
        found
          .map(({ spec, view }) => {
            const tier = tiers.get(spec.kind);
            const facts = { id: spec.id, census, nowUs, view };
            return nodeDetails(tier === undefined ? facts : { ...facts, tier }, look);
          })
          .join('\n\n'),
    };
  },
});
