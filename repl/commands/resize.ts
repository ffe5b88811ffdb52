/** Changes the size of the box under a node. */
import type { BoxSize } from '../../src/kernel/operations';
import { command, said } from '../shell/command';
import { node } from '../shell/kinds';
import { boxSize } from './box-size';

export const resize = command({
  name: 'resize',
  group: 'growing',
  summary: 'change the size of the box that a node runs on: capacity follows, up to a ceiling',
  examples: [
    { line: 'resize db-1 cpus=4', text: 'four CPUs instead of what it had' },
    { line: 'resize db-1 cpus=8 memory=16gb', text: 'both at once' },
  ],
  params: { node, size: boxSize },
  options: {},
  returns: 'Done',
  acts: true,
  run: async ({ node: id, size }, { world }) => {
    const whole: BoxSize = Object.assign({}, ...size);
    return said(await world.resize(id, whole), { node: id, size: whole });
  },
});
