/** Orders a new node from the cloud. */
import type { BoxSize } from '../../src/kernel/operations';
import { Refusal } from '../../src/world/quantities';
import type { SpawnOptions } from '../../src/world/world';
import { command, said } from '../shell/command';
import { settings, tier } from '../shell/kinds';
import { flag } from '../shell/options';
import { optional } from '../shell/params';
import { readSize } from './box-size';

type Wish = BoxSize & { readonly id?: string; readonly pool?: string; readonly box?: string };

const wishes = settings(
  'id=<id> pool=<pool> box=<box> cpus=<count> memory=<size> disk=<size>',
  '{ id?: string; pool?: string; box?: string; cpus?: number; memory?: string | number; disk?: string | number }',
  (name, value, known): Wish => {
    const text = String(value);
    if (name === 'id') return { id: text };
    if (name === 'pool') return { pool: text };
    if (name !== 'box') return readSize(name, value);
    if (known.boxes.includes(text)) return { box: text };
    throw new Refusal(`there is no box ${text} (boxes: ${known.boxes.join(', ')})`);
  },
);

export const spawn = command({
  name: 'spawn',
  group: 'growing',
  summary: 'order a new node of a tier, on a box of its own; whoever uses the tier finds it by itself',
  examples: [
    { line: 'spawn web', text: 'one more web server; the balancer finds it' },
    { line: 'spawn web cpus=4 memory=8gb', text: 'on a bigger box' },
    { line: 'spawn web id=web-9', text: 'with a name of your own' },
    { line: 'spawn db pool=shard-2', text: 'one more copy of a shard' },
  ],
  params: { tier, wishes: optional(wishes) },
  options: { stay: flag('--stay', 'stays dead when it dies, until it is restarted by hand') },
  returns: 'Done & { node: string }',
  acts: true,
  run: async ({ tier: kind, wishes: given = [], stay }, { world }) => {
    const wished: Wish = Object.assign({}, ...given);
    const options: SpawnOptions = { ...wished, ...(stay === true ? { restart: 'never' as const } : {}) };
    const node = await world.spawn(kind, options);
    const there = world.topology.nodes.find((spec) => spec.id === node);
    return said(`${node} was spawned${there === undefined ? '' : ` on ${there.box}`}`, { node });
  },
});
