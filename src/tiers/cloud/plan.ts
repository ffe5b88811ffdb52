/**
 * What an order means for the data centre as it is: which operations carry it out, or in words why nothing can. Pure.
 */

import { didYouMean } from '../../algorithms/nearest';
import type { BoxSize, Operation } from '../../kernel/operations';
import { type BoxSpec, freeId, type NodeSpec, poolOf, type Topology } from '../../kernel/topology';
import type { CloudOrder, CloudResize, CloudSpawn } from '../../protocols/cloud';
import type { CloudConfig, Size } from './settings';

/** What to do, in order. */
export interface Plan {
  readonly node: string;
  readonly first: Operation;
  /** What follows once the node has had its time to finish what it began. */
  readonly drained?: Operation;
  readonly text: string;
}

/** The plan for an order, or in words why there is none. */
export function planFor(order: CloudOrder, topology: Topology, config: CloudConfig): Plan | string {
  if (order.kind === 'cloud.spawn') return planSpawn(order, topology, config);
  const node = topology.nodes.find(({ id }) => id === order.node);
  if (node === undefined) {
    const ids = topology.nodes.map(({ id }) => id);
    return `there is no node ${order.node}${didYouMean(order.node, ids)}`;
  }
  const box = topology.boxes.find(({ id }) => id === node.box);
  if (box?.zone !== 'site') return notOurs(order.node, box);
  switch (order.kind) {
    case 'cloud.retire':
      return {
        node: node.id,
        first: { verb: 'withdraw', node: node.id },
        drained: { verb: 'retire', node: node.id },
        text: `${node.id} was drained and retired`,
      };
    case 'cloud.restart':
      return { node: node.id, first: { verb: 'restart', node: node.id }, text: `${node.id} was restarted` };
    case 'cloud.resize':
      return planResize(order, node, box, config);
  }
}

function notOurs(what: string, box: BoxSpec | undefined): string {
  const where = box?.zone === 'provider' ? "it is the provider's own" : 'it stands outside the site';
  return `${what} is not yours: ${where}`;
}

function planSpawn(order: CloudSpawn, topology: Topology, config: CloudConfig): Plan | string {
  if (config.notRented.includes(order.tier)) return `a ${order.tier} is nothing that the provider rents out`;
  const taken = topology.nodes.map(({ id }) => id);
  const id = order.node ?? freeId(order.tier, taken);
  if (taken.includes(id)) return `${id} is there already; leave the name out to get a free one`;
  if (!isName(id)) return `${JSON.stringify(id)} is no name for a node: ${aName}`;
  const { pool } = order;
  if (pool !== undefined && !isName(pool)) return `${JSON.stringify(pool)} is no name for a pool: ${aName}`;
  const node = {
    id,
    kind: order.tier,
    ...(pool === undefined || pool === order.tier ? {} : { pool }),
    restart: order.restart ?? 'always',
    ...configOf(order, topology),
  } as const;
  if (order.box !== undefined) return planOnBox(order, order.box, node, topology);
  const size = sizeOf(order, config.sizes[order.tier] ?? config.otherwise, config.ceiling);
  if (typeof size === 'string') return size;
  const box = newBox(order, id, size, topology, config);
  if (typeof box === 'string') return box;
  const where = box.publicAddress ?? box.privateAddress;
  const text = `${id} runs on ${box.id} (${where}, ${size.cpus} CPUs)`;
  return { node: id, first: { verb: 'spawn', node: { ...node, box: box.id }, box }, text };
}

const aName = 'lower-case letters, digits and dashes, a letter first';

function isName(text: string): boolean {
  return /^[a-z][a-z0-9-]{0,40}$/.test(text);
}

/** A new node is set as its peers in its pool are, or else as any of its kind, apart from what the order says. */
function configOf(
  { tier, pool = tier, config }: CloudSpawn,
  { nodes, boxes }: Topology,
): { readonly config?: unknown } {
  const inSite = (node: NodeSpec): boolean => boxes.some(({ id, zone }) => id === node.box && zone === 'site');
  const alike = nodes.filter((node) => node.kind === tier && inSite(node));
  const peer = alike.find((node) => poolOf(node) === pool) ?? alike[0];
  if (peer?.config === undefined) return config === undefined ? {} : { config };
  return {
    config: isRecord(peer.config) && isRecord(config) ? { ...peer.config, ...config } : (config ?? peer.config),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function planOnBox(order: CloudSpawn, id: string, node: Omit<NodeSpec, 'box'>, topology: Topology): Plan | string {
  const box = topology.boxes.find((one) => one.id === id);
  const ours = topology.boxes.filter(({ zone }) => zone === 'site').map((one) => one.id);
  if (box === undefined) return `there is no box ${id}${didYouMean(id, ours)}`;
  if (box.zone !== 'site') return notOurs(`box ${id}`, box);
  if (order.cpus ?? order.memoryMb ?? order.diskMb) return `box ${id} is there already; resize it to change its size`;
  if (order.public ?? order.region) return `box ${id} is there already: its region and addresses stay`;
  return { node: node.id, first: { verb: 'spawn', node: { ...node, box: id } }, text: `${node.id} runs on ${id}` };
}

function planResize(order: CloudResize, node: NodeSpec, box: BoxSpec, { ceiling }: CloudConfig): Plan | string {
  const wanted: BoxSize = pickSize(order);
  if (Object.keys(wanted).length === 0) return `say what to change of ${box.id}: cpus, memoryMb or diskMb`;
  const size = sizeOf(order, box, ceiling);
  if (typeof size === 'string') return size;
  const text = Object.entries(wanted).map(([what, much]) => `${what}=${much}`);
  return {
    node: node.id,
    first: { verb: 'resize', box: box.id, size: wanted },
    text: `${box.id}, the box of ${node.id}, has ${text.join(' ')}`,
  };
}

function pickSize({ cpus, memoryMb, diskMb }: BoxSize | CloudSpawn | CloudResize): BoxSize {
  return {
    ...(cpus === undefined ? {} : { cpus }),
    ...(memoryMb === undefined ? {} : { memoryMb }),
    ...(diskMb === undefined ? {} : { diskMb }),
  };
}

/** What was asked for over what there would be, unless that is more than the largest machine has. */
function sizeOf(order: CloudSpawn | CloudResize, base: Size, ceiling: Size): Size | string {
  const { cpus, memoryMb, diskMb }: Size = { ...base, ...pickSize(order) };
  if (cpus > ceiling.cpus)
    return `${cpus} CPUs are more than the largest machine has (${ceiling.cpus}); add nodes instead`;
  if (memoryMb > ceiling.memoryMb)
    return `${memoryMb} MB of memory are more than the largest machine has (${ceiling.memoryMb})`;
  if (diskMb > ceiling.diskMb) return `${diskMb} MB of disk are more than the largest machine has (${ceiling.diskMb})`;
  return { cpus, memoryMb, diskMb };
}

function newBox(
  order: CloudSpawn,
  node: string,
  size: Size,
  topology: Topology,
  config: CloudConfig,
): BoxSpec | string {
  const ours = topology.boxes.filter(({ zone }) => zone === 'site');
  const region = order.region ?? ours[0]?.region ?? 'main';
  const taken = new Set(topology.boxes.flatMap((box) => [box.privateAddress, box.publicAddress ?? '']));
  const neighbour = ours.find((box) => box.region === region)?.privateAddress;
  const prefix = neighbour === undefined ? freePrefix(ours) : neighbour.split('.').slice(0, 3).join('.');
  const privateAddress = freeAddress(prefix, taken);
  if (privateAddress === undefined) return `region ${region} has no free private address (${prefix}.0/24 is full)`;
  const publicAddress = order.public === true ? freeAddress(config.publicPrefix, taken) : undefined;
  if (order.public === true && publicAddress === undefined) {
    return `there is no free public address (${config.publicPrefix}.0/24 is full)`;
  }
  const boxes = new Set(topology.boxes.map(({ id }) => id));
  let id = `box-${node}`;
  for (let twin = 2; boxes.has(id); twin++) id = `box-${node}-${twin}`;
  const box: BoxSpec = { id, region, zone: 'site', ...size, privateAddress };
  return publicAddress === undefined ? box : { ...box, publicAddress };
}

/** The lowest free address; the first ones are left to routers, as everywhere. */
function freeAddress(prefix: string, taken: ReadonlySet<string>): string | undefined {
  for (let last = 10; last < 255; last++) {
    const address = `${prefix}.${last}`;
    if (!taken.has(address)) return address;
  }
  return undefined;
}

/** A network of its own for the first box of a region. */
function freePrefix(ours: readonly BoxSpec[]): string {
  const used = new Set(ours.map(({ privateAddress }) => privateAddress.split('.').slice(0, 3).join('.')));
  let third = 0;
  while (used.has(`10.0.${third}`)) third++;
  return `10.0.${third}`;
}
