/** Tells all there is to know of one node. */
import type { Census, NodeStatus } from '../../src/kernel/runtime';
import type { Look } from '../render/look';
import { palette } from '../render/look';
import { ofState } from '../render/nodes';
import { ago, count, duration, megabytes } from '../render/numbers';
import { pairs } from '../render/table';
import { command, type Shown } from '../shell/command';
import { nodes } from '../shell/kinds';

export const show = command({
  name: 'show',
  group: 'looking',
  summary: 'tell all about a node: its state and config, mailbox, box, host, lives',
  examples: [
    { line: 'show web-1', text: 'one node' },
    { line: 'show web-*', text: 'one after the other' },
  ],
  params: { nodes },
  options: {},
  returns: 'unknown',
  run: async ({ nodes: wanted }, { world }): Promise<Shown> => {
    const census = await world.census();
    const { nowUs } = world;
    const found = await Promise.all(
      census.nodes
        .filter(({ spec }) => wanted.includes(spec.id))
        .map(async (status) => {
          const alive = status.state !== 'dead' && status.state !== 'restarting';
          const box = census.boxes.find(({ spec }) => spec.id === status.spec.box);
          return { ...status, box, view: alive ? await world.view(status.spec.id) : undefined };
        }),
    );
    const value = found.length === 1 ? found[0] : found;
    return { value, text: (look) => found.map((one) => nodePage(one, nowUs, look)).join('\n\n') };
  },
});

type Found = NodeStatus & { readonly box: Census['boxes'][number] | undefined; readonly view: unknown };

function nodePage(node: Found, nowUs: number, look: Look): string {
  const { spec, state, counters, box } = node;
  const colours = palette(look);
  const busy = `${duration(counters.busyUs)} of CPU time`;
  const trouble = [
    [counters.dropped, 'dropped'],
    [counters.overflowed, 'turned away'],
    [counters.malformed, 'malformed'],
  ] as const;
  const bad = trouble.filter(([many]) => many > 0).map(([many, what]) => `${count(many)} ${what}`);
  return [
    `${colours.name(spec.id)}  ${ofState(state, colours)(state)} since ${ago(node.sinceUs, nowUs)}${node.reason === '' ? '' : `: ${node.reason}`}`,
    pairs(
      [
        [
          'life',
          `${node.incarnation}${spec.restart === 'always' ? '; its box starts it again when it dies' : '; stays dead when it dies'}`,
        ],
        ['mailbox', `${count(node.mailbox)} in service or waiting`],
        ['messages', [`${count(counters.handled)} handled`, `${count(counters.sent)} sent`, ...bad, busy].join(', ')],
        ['box', box === undefined ? spec.box : boxText(box)],
        ['host', String(node.host)],
        ['config', configText(spec.config, node.configVersion)],
        ...viewPairs(node.view),
      ],
      look,
      '  ',
    ),
  ].join('\n');
}

function boxText({ spec, up, busyCpus }: Census['boxes'][number]): string {
  const busy = `${busyCpus} of ${spec.cpus} CPUs busy`;
  const address =
    spec.publicAddress === undefined ? spec.privateAddress : `${spec.privateAddress}, public ${spec.publicAddress}`;
  return [`${spec.id}${up ? '' : ' (down)'}`, busy, megabytes(spec.memoryMb), address].join(', ');
}

function configText(config: unknown, version: number): string {
  const text = config === undefined ? 'as it comes' : JSON.stringify(config);
  return version > 1 ? `${text} (version ${version})` : text;
}

/** What the node tells of its own state, a line per field. */
function viewPairs(view: unknown): (readonly [string, string])[] {
  if (view === undefined || view === null) return [];
  if (typeof view !== 'object' || Array.isArray(view)) return [['state', JSON.stringify(view)]];
  return Object.entries(view).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]);
}
