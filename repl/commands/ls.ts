/** Lists what runs. */
import { Refusal } from '../../src/world/quantities';
import { didYouMean } from '../render/error';
import { boxList, hostList, nodeList } from '../render/nodes';
import { command, type Shown } from '../shell/command';
import { globMatcher } from '../shell/kinds';
import { optional, word } from '../shell/params';

const what = word('glob', (text) => text, { complete: ({ nodes }) => ['boxes', 'hosts', ...nodes] });

export const ls = command({
  name: 'ls',
  group: 'looking',
  summary: 'list the nodes, how they are and where they run; or the boxes, or the hosts',
  examples: [
    { line: 'ls', text: 'all nodes' },
    { line: 'ls web-*', text: 'the web servers' },
    { line: 'ls boxes', text: 'the machines: sizes, addresses, load' },
    { line: 'ls hosts', text: 'the threads that carry them' },
  ],
  params: { what: optional(what) },
  options: {},
  returns: 'readonly unknown[]',
  run: async ({ what: wanted = '*' }, { world }): Promise<Shown> => {
    const census = await world.census();
    if (wanted === 'boxes') return { value: census.boxes, text: (look) => boxList(census, look) };
    if (wanted === 'hosts') return { value: census.hosts, text: (look) => hostList(census, look) };
    const fits = globMatcher(wanted);
    const nodes = census.nodes.filter(({ spec }) => fits(spec.id));
    const { nowUs } = world;
    if (nodes.length === 0 && wanted !== '*') {
      const ids = census.nodes.map(({ spec }) => spec.id);
      throw new Refusal(`no node matches ${wanted}${didYouMean(wanted, [...ids, 'boxes', 'hosts'])}`);
    }
    const boxes = census.boxes.filter(({ spec }) => nodes.some((node) => node.spec.box === spec.id));
    const hosts = census.hosts.filter(({ id }) => nodes.some((node) => node.host === id));
    const found = wanted === '*' ? census : { ...census, nodes, boxes, hosts };
    return { value: nodes, text: (look) => nodeList(found, nowUs, look) };
  },
});
