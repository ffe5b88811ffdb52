/**
 * The sites that claims about replication are tried on: three databases, in each of the ways in which they may agree on a
 * write and on who leads.
 */
import type { NodeSpec, Topology } from '../../src/kernel/topology';
import { type Stage, stages } from '../../src/stages';
import { withConfig } from '../../src/testing/simulated-site';

/** Who appoints the primary, or that it is elected; and when a write is acknowledged. */
export type Mode = 'async' | 'semi-sync' | 'quorum' | 'elected';

export const modes: readonly Mode[] = ['async', 'semi-sync', 'quorum', 'elected'];

/** How fresh reads are for who does not say so. */
export type Reads = 'newest' | 'session' | 'any';

/** How a primary makes sure that it still is before it tells the newest. */
export type Confirming = 'confirmed' | 'lease';

export interface SiteSettings {
  readonly restart: NodeSpec['restart'];
  readonly reads: Reads;
  readonly confirming: Confirming;
  /** For `semi-sync`. */
  readonly replicas: number;
}

/** Users of a site at its beginning. */
export const seedUsers = 10;

export function stageOf(mode: Mode): Stage {
  return mode === 'elected' ? stages.consensus : stages.replication;
}

/** Few users, and snapshots so early that every case meets some. */
export function siteOf(mode: Mode, { restart, reads, confirming, replicas }: SiteSettings): Topology {
  const { topology } = stageOf(mode);
  const own = new Map<string, object>([
    [
      'db',
      {
        seedUsers,
        snapshotEntries: 40,
        reads: confirming,
        ...(mode === 'elected' ? {} : { mode, replicas }),
      },
    ],
    ['web', { reads }],
  ]);
  const small = withConfig(
    topology,
    Object.fromEntries(topology.nodes.map(({ id, kind }) => [id, own.get(kind) ?? {}])),
  );
  const inSite = new Set(small.boxes.flatMap(({ id, zone }) => (zone === 'site' ? [id] : [])));
  return { ...small, nodes: small.nodes.map((node) => (inSite.has(node.box) ? { ...node, restart } : node)) };
}

/** The nodes of a site of some kind. */
export function nodesOf(topology: Topology, kind: string): readonly string[] {
  return topology.nodes.flatMap((node) => (node.kind === kind ? [node.id] : []));
}
