/** Sites of which databases tell a cache what was written: one database alone, or copies that elect or are given a primary. */
import type { NodeSpec, Topology } from '../kernel/topology';
import { stages } from '../stages';
import { box, node, together } from '../stages/stage';
import { withConfig } from './simulated-site';

export const cachedSiteNames = ['alone', 'elected', 'appointed'] as const;
export type CachedSite = (typeof cachedSiteNames)[number];

/** Settings laid over those of all nodes of a kind. */
export type ByKind = Readonly<Partial<Record<'web' | 'db' | 'cache', object>>>;

/** Two cache servers and a gutter, two web servers that use them, and one or three databases. */
export function cachedSite(databases: CachedSite, config: ByKind = {}): Topology {
  const { topology } = databases === 'elected' ? stages.consensus : stages.replication;
  const base = databases === 'alone' ? alone() : together(topology, servers);
  const web = { strategy: 'cache-aside', reads: 'any', ...config.web };
  const db = { caches: ['cache', 'gutter'], ...config.db };
  const settings: ByKind = { web, db, cache: { leaseMs: 20, ...config.cache } };
  const byNode = base.nodes.flatMap(({ id, kind }: NodeSpec) =>
    kind === 'web' || kind === 'db' || kind === 'cache' ? [[id, settings[kind] ?? {}] as const] : [],
  );
  return withConfig(base, Object.fromEntries(byNode));
}

const ids = ['cache-1', 'cache-2', 'gutter-1'];

const servers: Topology = {
  boxes: ids.map((id, place) => box(`box-${id}`, `10.0.1.${1 + place}`)),
  nodes: ids.map((id) => ({ ...node(id, 'cache', `box-${id}`), pool: id === 'gutter-1' ? 'gutter' : 'cache' })),
};

/** The stage with a cache, without the third server. */
function alone(): Topology {
  const { boxes, nodes } = stages.cache.topology;
  return { boxes, nodes: nodes.filter(({ id }) => id !== 'cache-3') };
}
