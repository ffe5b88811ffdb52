/**
 * A data centre as plain data: boxes, the nodes on them, and how far apart they are.
 */
import type { Address, NodeId } from './envelope';

/** A machine. Nodes on one box share its CPUs, its addresses and its clock, and die with it. */
export interface BoxSpec {
  readonly id: string;
  /** The data centre; boxes of one region are near each other. */
  readonly region: string;
  /** `site`: ours. `outside`: users and third parties on the internet. `provider`: the cloud's own machines. */
  readonly zone: Zone;
  readonly cpus: number;
  readonly memoryMb: number;
  readonly diskMb: number;
  readonly privateAddress: string;
  /** Reachable from outside at this address; a site box without one is private. */
  readonly publicAddress?: string;
  /** Which thread or process carries it; by default the runtime places it away from its peers. */
  readonly host?: number;
}
export type Zone = 'site' | 'outside' | 'provider';

/** One actor: what it is, where it runs and what becomes of it when it dies. */
export interface NodeSpec {
  readonly id: NodeId;
  readonly kind: string;
  readonly box: string;
  /** Laid over the tier's defaults. */
  readonly config?: unknown;
  /** What its box does when the process dies: start it again (with back-off and a limit), or leave it dead. */
  readonly restart: 'always' | 'never';
}

/** Everything that runs. */
export interface Topology {
  readonly boxes: readonly BoxSpec[];
  readonly nodes: readonly NodeSpec[];
}

/** An empty data centre. */
export const nothing: Topology = { boxes: [], nodes: [] };

/** The kind in an id such as `web-12`, and its number. */
export function splitId(id: NodeId): { readonly kind: string; readonly number: number } {
  const dash = id.lastIndexOf('-');
  const number = Number(id.slice(dash + 1));
  return dash > 0 && Number.isInteger(number) ? { kind: id.slice(0, dash), number } : { kind: id, number: 0 };
}

/** The lowest free id of a kind: `web-3` when `web-1` and `web-2` are taken. */
export function freeId(kind: string, taken: Iterable<NodeId>): NodeId {
  const numbers = new Set([...taken].map(splitId).flatMap((id) => (id.kind === kind ? [id.number] : [])));
  let number = 1;
  while (numbers.has(number)) number++;
  return `${kind}-${number}`;
}

/** Which nodes are in which pool: a pool is all nodes of one kind, in order of their ids. */
export function pools(topology: Topology): Record<string, NodeId[]> {
  const found: Record<string, NodeId[]> = {};
  for (const node of topology.nodes) {
    found[node.kind] ??= [];
    found[node.kind]?.push(node.id);
  }
  for (const ids of Object.values(found)) ids.sort((a, b) => splitId(a).number - splitId(b).number);
  return found;
}

/** Puts a node in, or replaces the one with its id. */
export function withNode(topology: Topology, node: NodeSpec): Topology {
  return { ...topology, nodes: [...topology.nodes.filter(({ id }) => id !== node.id), node] };
}

/** Takes a node out, and its box when nothing else runs there. */
export function withoutNode(topology: Topology, id: NodeId): Topology {
  const gone = topology.nodes.find((node) => node.id === id);
  const nodes = topology.nodes.filter((node) => node.id !== id);
  const boxes = topology.boxes.filter((box) => box.id !== gone?.box || nodes.some((node) => node.box === box.id));
  return { boxes, nodes };
}

/** Puts a box in, or replaces the one with its id. */
export function withBox(topology: Topology, box: BoxSpec): Topology {
  return { ...topology, boxes: [...topology.boxes.filter(({ id }) => id !== box.id), box] };
}

/** A node's address as an outsider or a peer writes it. */
export function at(ip: string, port: number): Address {
  return `${ip}:${port}`;
}
