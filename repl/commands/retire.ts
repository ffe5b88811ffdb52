/** Takes a node out of service for good. */
import { command } from '../shell/command';
import { nodes } from '../shell/kinds';
import { many } from '../shell/params';
import { each } from './each';

export const retire = command({
  name: 'retire',
  group: 'growing',
  summary: 'take a node out of service: it gets no new work, finishes what it has, and ends with its disk',
  examples: [{ line: 'retire web-2', text: 'drained; no request is lost' }],
  params: { nodes: many(nodes) },
  options: {},
  returns: 'Done & { nodes: string[] }',
  acts: true,
  run: ({ nodes: wanted }, { world }) => each(wanted, (node) => world.retire(node)),
});
