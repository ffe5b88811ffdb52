/**
 * Refuses a topology that could not work before anything of it starts.
 */
import type { Address, NodeId } from './envelope';
import { ConfigError } from './schema';
import type { ConfiguredTier, Members, Upstream } from './tier';
import { at, type NodeSpec, poolOf, pools, poolsNamed, type Topology } from './topology';

/** A topology that cannot be started; the text says what to mend. */
export class TopologyError extends Error {
  override name = 'TopologyError';
}

/** Finds a node's tier and checks its config against it. */
export type Configure = (kind: string, config: unknown) => ConfiguredTier;

/** Throws a `TopologyError` for the first thing wrong; returns each node's checked tier. */
export function checkTopology(topology: Topology, configure: Configure): ReadonlyMap<NodeId, ConfiguredTier> {
  refuseTwins(
    'box',
    topology.boxes.map(({ id }) => id),
  );
  refuseTwins(
    'node',
    topology.nodes.map(({ id }) => id),
  );
  refuseTwins(
    'address',
    topology.boxes.flatMap((box) => [box.privateAddress, box.publicAddress ?? []].flat()),
  );
  for (const box of topology.boxes) {
    if (!(Number.isInteger(box.cpus) && box.cpus > 0)) {
      throw new TopologyError(`box ${box.id}: cpus must be a whole number above 0, not ${box.cpus}`);
    }
  }
  const tiers = new Map(topology.nodes.map((node) => [node.id, configureNode(node, configure)]));
  refusePortClash(topology, tiers);
  refuseMixedPools(topology);
  const listeners = listenersIn(topology, tiers);
  const all = pools(topology);
  const edges = new Map(
    topology.nodes.map((node) => [node.id, upstreamsOf(node, tiers.get(node.id)?.upstreams ?? [], all, listeners)]),
  );
  refuseCircle(edges);
  return tiers;
}

function configureNode(node: NodeSpec, configure: Configure): ConfiguredTier {
  try {
    return configure(node.kind, node.config);
  } catch (failure) {
    if (failure instanceof ConfigError) throw new TopologyError(`node ${node.id}: ${failure.message}`);
    throw failure;
  }
}

function refuseTwins(what: string, ids: readonly string[]): void {
  const seen = new Set<string>();
  const twin = ids.find((id) => seen.size === seen.add(id).size);
  if (twin !== undefined) throw new TopologyError(`${what} ${twin} is there twice; each needs a name of its own`);
}

function refusePortClash(topology: Topology, tiers: ReadonlyMap<NodeId, ConfiguredTier>): void {
  const taken = new Map<string, NodeId>();
  const known = new Set(topology.boxes.map(({ id }) => id));
  for (const node of topology.nodes) {
    if (!known.has(node.box)) {
      const boxes = [...known].join(', ');
      throw new TopologyError(`node ${node.id}: there is no box ${node.box} (boxes: ${boxes || 'none'})`);
    }
    const place = at(node.box, tiers.get(node.id)?.port ?? 0);
    const other = taken.get(place);
    if (other !== undefined) throw new TopologyError(`${node.id} and ${other} would both listen on ${place}`);
    taken.set(place, node.id);
  }
}

/** Whoever asks a pool asks any of it: all of them have to understand the same. */
function refuseMixedPools({ nodes }: Topology): void {
  const first = new Map<string, NodeSpec>();
  for (const node of nodes) {
    const pool = poolOf(node);
    if (node.pool !== undefined && !/^[a-z][a-z0-9-]*$/.test(pool)) {
      const name = JSON.stringify(pool);
      throw new TopologyError(`node ${node.id}: ${name} is no name for a pool: letters, digits and dashes`);
    }
    const other = first.get(pool) ?? node;
    if (other.kind !== node.kind) {
      const both = `${other.id} is a ${other.kind} and ${node.id} a ${node.kind}`;
      throw new TopologyError(`pool ${pool} is of one tier: ${both}`);
    }
    first.set(pool, other);
  }
}

/** Who answers at which id and at which `ip:port`. */
function listenersIn(topology: Topology, tiers: ReadonlyMap<NodeId, ConfiguredTier>): ReadonlyMap<Address, NodeId> {
  const boxes = new Map(topology.boxes.map((box) => [box.id, box]));
  const listeners = new Map<Address, NodeId>();
  for (const node of topology.nodes) {
    const box = boxes.get(node.box);
    const port = tiers.get(node.id)?.port ?? 0;
    listeners.set(node.id, node.id);
    for (const ip of [box?.privateAddress, box?.publicAddress])
      if (ip !== undefined) listeners.set(at(ip, port), node.id);
  }
  return listeners;
}

function upstreamsOf(
  node: NodeSpec,
  upstreams: readonly Upstream[],
  all: Members,
  listeners: ReadonlyMap<Address, NodeId>,
): readonly NodeId[] {
  return upstreams.flatMap((upstream) => {
    if ('peers' in upstream) return [];
    if ('pool' in upstream) {
      const found = poolsNamed(all, upstream.pool).flatMap((pool) => all[pool] ?? []);
      if (found.length === 0 && upstream.optional !== true) {
        throw new TopologyError(`node ${node.id}: needs a ${upstream.pool} node, and there is none`);
      }
      return found;
    }
    const { address } = upstream;
    const found = listeners.get(address);
    if (found === undefined) throw new TopologyError(`node ${node.id}: nobody listens at ${address}`);
    return [found];
  });
}

function refuseCircle(edges: ReadonlyMap<NodeId, readonly NodeId[]>): void {
  const done = new Set<NodeId>();
  const visit = (id: NodeId, path: readonly NodeId[]): void => {
    if (path.includes(id)) {
      const circle = [...path.slice(path.indexOf(id)), id].join(' -> ');
      throw new TopologyError(`request upstreams form a circle: ${circle}; a request could wait for itself`);
    }
    if (done.has(id)) return;
    for (const next of edges.get(id) ?? []) visit(next, [...path, id]);
    done.add(id);
  };
  for (const id of edges.keys()) visit(id, []);
}
