/**
 * Refuses a topology that could not work before anything of it starts.
 */
import type { NodeId } from './envelope';
import { ConfigError } from './schema';
import type { ConfiguredTier } from './tier';
import { at, type NodeSpec, type Topology } from './topology';

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
  const edges = new Map(topology.nodes.map((node) => [node.id, upstreamsOf(node, topology, tiers)]));
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
  const twin = ids.find((id, place) => ids.indexOf(id) !== place);
  if (twin !== undefined) throw new TopologyError(`${what} ${twin} is there twice; each needs a name of its own`);
}

function refusePortClash(topology: Topology, tiers: ReadonlyMap<NodeId, ConfiguredTier>): void {
  const taken = new Map<string, NodeId>();
  for (const node of topology.nodes) {
    if (!topology.boxes.some((box) => box.id === node.box)) {
      const boxes = topology.boxes.map(({ id }) => id).join(', ');
      throw new TopologyError(`node ${node.id}: there is no box ${node.box} (boxes: ${boxes || 'none'})`);
    }
    const place = at(node.box, tiers.get(node.id)?.port ?? 0);
    const other = taken.get(place);
    if (other !== undefined) throw new TopologyError(`${node.id} and ${other} would both listen on ${place}`);
    taken.set(place, node.id);
  }
}

function upstreamsOf(
  node: NodeSpec,
  topology: Topology,
  tiers: ReadonlyMap<NodeId, ConfiguredTier>,
): readonly NodeId[] {
  return (tiers.get(node.id)?.upstreams ?? []).flatMap((upstream) => {
    if ('pool' in upstream) {
      const found = topology.nodes.filter(({ kind }) => kind === upstream.pool).map(({ id }) => id);
      if (found.length === 0 && upstream.optional !== true) {
        throw new TopologyError(`node ${node.id}: needs a ${upstream.pool} node, and there is none`);
      }
      return found;
    }
    const found = topology.nodes.find(
      ({ id, box }) =>
        id === upstream.address || topology.boxes.some((b) => b.id === box && listensAt(b, upstream.address)),
    );
    if (found === undefined) throw new TopologyError(`node ${node.id}: nobody listens at ${upstream.address}`);
    return [found.id];
  });
}

function listensAt(box: Topology['boxes'][number], address: string): boolean {
  const ip = address.split(':')[0];
  return ip === box.privateAddress || ip === box.publicAddress;
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
