/**
 * Who is there and how they are: the nodes with what they are doing, the machines under them, the hosts under those.
 */

import { type Look, type Paint, type Palette, page, palette, plural, wrap } from '../../src/drawing/look';
import { duration, megabytes } from '../../src/drawing/numbers';
import type { BoxStatus, Census, HostStatus, NodeStatus } from '../../src/kernel/runtime';
import { poolOf, splitId } from '../../src/kernel/topology';
import { type Column, table } from './table';

/**
 * `ls`: one line per node, then why those that are not well are not. `nowUs` is the world's time of the census.
 */
export function nodeList(census: Census, nowUs: number, look: Look): string {
  if (census.nodes.length === 0) return 'no nodes: the data centre is empty';
  const colours = palette(look);
  const rows = inOrder(census.nodes);
  const columns: Column<NodeStatus>[] = [
    { title: 'node', cell: ({ spec }) => spec.id, paint: colours.name },
    { title: 'tier', cell: ({ spec }) => spec.kind, keep: 2 },
    ...(rows.some(({ spec }) => spec.pool !== undefined) ? [poolColumn] : []),
    { title: 'state', cell: stateOf, paint: (text, node) => paintOf(node, colours)(text) },
    { title: 'since', cell: ({ sinceUs }) => duration(nowUs - sinceUs), align: 'right', keep: 7 },
    { title: 'box', cell: ({ spec }) => spec.box, keep: 5 },
    { title: 'host', cell: ({ host }) => host, keep: 4 },
    { title: 'life', cell: ({ incarnation }) => incarnation, keep: 3 },
    { title: 'mailbox', cell: ({ mailbox }) => mailbox, keep: 8 },
    { title: 'handled', cell: ({ counters }) => counters.handled, keep: 6 },
    { title: 'dropped', cell: ({ counters }) => counters.dropped, keep: 7, paint: unlessZero(colours.warn) },
  ];
  const reasons = rows.flatMap((node) => {
    const { spec, state, reason, unready } = node;
    const why = unready ?? (state === 'dead' || state === 'restarting' ? reason || 'nobody knows why' : undefined);
    return why === undefined
      ? []
      : wrap(`${spec.id} is ${stateOf(node)}: ${why}`, look.columns).map(paintOf(node, colours));
  });
  return [table(rows, columns, look), page([...reasons, '', ...summary(census, look)], look)].join('\n');
}

const poolColumn: Column<NodeStatus> = { title: 'pool', cell: ({ spec }) => poolOf(spec), keep: 6 };

/** One line per box: its size, its load, its addresses and who is on it. */
export function boxList(census: Census, look: Look): string {
  if (census.boxes.length === 0) return 'no boxes: the data centre is empty';
  const colours = palette(look);
  const on = (box: string): string =>
    inOrder(census.nodes.filter(({ spec }) => spec.box === box))
      .map(idOf)
      .join(', ');
  const columns: Column<BoxStatus>[] = [
    { title: 'box', cell: ({ spec }) => spec.id, paint: colours.name },
    {
      title: 'state',
      cell: ({ up }) => (up ? 'up' : 'down'),
      paint: (text, { up }) => (up ? colours.good : colours.bad)(text),
    },
    { title: 'busy', cell: ({ spec, busyCpus }) => `${busyCpus}/${spec.cpus}`, align: 'right', keep: 8 },
    { title: 'waiting', cell: ({ waiting }) => waiting, keep: 7 },
    { title: 'memory', cell: ({ spec }) => megabytes(spec.memoryMb), align: 'right', keep: 3 },
    { title: 'disk', cell: ({ spec }) => megabytes(spec.diskMb), align: 'right', keep: 2 },
    { title: 'host', cell: ({ host }) => host, keep: 4 },
    { title: 'private', cell: ({ spec }) => spec.privateAddress, keep: 5 },
    { title: 'public', cell: ({ spec }) => spec.publicAddress ?? '', keep: 6 },
    { title: 'nodes', cell: ({ spec }) => on(spec.id), narrow: 12 },
  ];
  return table(census.boxes, columns, look);
}

/** One line per host: whether it lives and which boxes it carries. */
export function hostList(census: Census, look: Look): string {
  const colours = palette(look);
  const columns: Column<HostStatus>[] = [
    { title: 'host', cell: ({ id }) => id },
    {
      title: 'state',
      cell: ({ up }) => (up ? 'up' : 'down'),
      paint: (text, { up }) => (up ? colours.good : colours.bad)(text),
    },
    { title: 'boxes', cell: ({ boxes }) => boxes.join(', '), narrow: 12 },
  ];
  return table(census.hosts, columns, look);
}

/** The same tier together, in the order in which tiers first appear: a node that came late stands beside its peers. */
export function inOrder(nodes: readonly NodeStatus[]): readonly NodeStatus[] {
  const tiers = [...new Set(nodes.map(({ spec }) => spec.kind))];
  return [...nodes].sort(
    (a, b) =>
      tiers.indexOf(a.spec.kind) - tiers.indexOf(b.spec.kind) || splitId(a.spec.id).number - splitId(b.spec.id).number,
  );
}

/** One that runs and cannot serve yet is not what one calls running. */
export function stateOf({ state, unready }: NodeStatus): string {
  return state === 'running' && unready !== undefined ? 'not ready' : state;
}

function paintOf({ state, unready }: NodeStatus, colours: Palette): Paint {
  return unready === undefined ? ofState(state, colours) : colours.warn;
}

export function ofState(state: NodeStatus['state'], colours: Palette): Paint {
  return state === 'running' ? colours.good : state === 'dead' ? colours.bad : colours.warn;
}

/** `6 nodes (1 dead) on 5 boxes, 2 hosts`, and how many faults are in force. */
function summary({ nodes, boxes, hosts, faults }: Census, look: Look): string[] {
  const { quiet, bad, warn } = palette(look);
  const states = (['dead', 'restarting', 'paused'] as const)
    .map((state) => ({ state, many: nodes.filter((node) => node.state === state).length }))
    .filter(({ many }) => many > 0)
    .map(({ state, many }) => `${many} ${state}`);
  const trouble = states.length === 0 ? '' : ` (${states.join(', ')})`;
  const lost = hosts.filter(({ up }) => !up).map(({ id }) => bad(`; host ${id} is down`));
  const carried = `${plural(boxes.length, 'box', 'boxes')}, ${plural(hosts.length, 'host')}`;
  const lines = [quiet(`${plural(nodes.length, 'node')}${trouble} on ${carried}`) + lost.join('')];
  if (faults.length > 0) lines.push(warn(`${plural(faults.length, 'fault')} in force (see faults)`));
  return lines;
}

function idOf({ spec }: NodeStatus): string {
  return spec.id;
}

function unlessZero(paint: Paint): Paint {
  return (text) => (text === '0' ? text : paint(text));
}
