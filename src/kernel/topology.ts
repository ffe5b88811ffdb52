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
  /** Whom it stands with, such as the copies of one shard; by default all nodes of its kind. */
  readonly pool?: string;
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

/** The pool of a node: the one that it names, or that of its kind. */
export function poolOf({ kind, pool }: Pick<NodeSpec, 'kind' | 'pool'>): string {
  return pool ?? kind;
}

/** Which nodes are in which pool, in order of their ids. */
export function pools(topology: Topology): Record<string, NodeId[]> {
  const found: Record<string, NodeId[]> = {};
  for (const node of topology.nodes) {
    const pool = poolOf(node);
    found[pool] ??= [];
    found[pool]?.push(node.id);
  }
  for (const ids of Object.values(found)) ids.sort((a, b) => splitId(a).number - splitId(b).number);
  return found;
}

/**
 * Which pools somebody means who names one: `web` itself, even where nobody is in it; `shard-*` all that begin so, in the
 * order of their numbers.
 *
 * @example
 * poolsNamed({ 'shard-1': ['db-1'], 'shard-2': ['db-4'], web: [] }, 'shard-*'); // ['shard-1', 'shard-2']
 */
export function poolsNamed(all: Readonly<Record<string, readonly NodeId[]>>, wanted: string): readonly string[] {
  if (!wanted.endsWith('*')) return [wanted];
  const beginning = wanted.slice(0, -1);
  const found = Object.keys(all).filter((pool) => pool.startsWith(beginning));
  return found.sort((a, b) => splitId(a).number - splitId(b).number || (a < b ? -1 : 1));
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
