/**
 * The map of a data centre: which way a request goes, on one line; then every region with its machines, their
 * addresses, who runs on them and whom they call.
 */

import { type Look, left, type Palette, page, palette, plural, width, wrap } from '../../src/drawing/look';
import type { Address, NodeId } from '../../src/kernel/envelope';
import type { Census } from '../../src/kernel/runtime';
import { ConfigError } from '../../src/kernel/schema';
import type { AnyTier, ConfiguredTier } from '../../src/kernel/tier';
import { at, type BoxSpec, type NodeSpec, poolOf, pools, poolsNamed, type Topology } from '../../src/kernel/topology';

/** Whom each node sends requests to: ids of nodes, or addresses where nobody that is known listens. */
export type Calls = ReadonlyMap<NodeId, readonly Address[]>;

/** What the map is drawn from; with a census it shows who is dead. */
export interface Site {
  readonly topology: Topology;
  readonly calls: Calls;
  readonly census?: Census;
}

/** As many names as one reads; more are counted. */
const namesMax = 4;

/** Finds out who calls whom, from what the tiers say of their configs. */
export function callsOf(topology: Topology, tiers: ReadonlyMap<string, AnyTier>): Calls {
  const configured = new Map(topology.nodes.map((node) => [node.id, configure(node, tiers)]));
  const boxes = new Map(topology.boxes.map((box) => [box.id, box]));
  const listeners = new Map<Address, NodeId>();
  for (const { id, box } of topology.nodes) {
    const { privateAddress, publicAddress } = boxes.get(box) ?? {};
    for (const ip of [privateAddress, publicAddress]) {
      if (ip !== undefined) listeners.set(at(ip, configured.get(id)?.port ?? 0), id);
    }
  }
  const all = pools(topology);
  return new Map(
    topology.nodes.map(({ id }) => {
      const upstreams = configured.get(id)?.upstreams ?? [];
      const called = upstreams.flatMap((to) => {
        if ('peers' in to) return [];
        return 'pool' in to
          ? poolsNamed(all, to.pool).flatMap((pool) => all[pool] ?? [])
          : (listeners.get(to.address) ?? to.address);
      });
      return [id, called];
    }),
  );
}

/** `topology`: the way of a request, then the regions. */
export function topologyMap(site: Site, look: Look): string {
  if (site.topology.nodes.length === 0) return 'an empty data centre';
  const colours = palette(look);
  const path = wrap(wayOf(site, colours), look.columns - 2);
  const groups = groupsOf(site.topology).flatMap(({ title, boxes }) => [
    '',
    ...drawn(title, boxes, site, look, colours),
  ]);
  const hint = 'public addresses can be reached from the internet, all others only from inside';
  return page(
    [
      ...path.map((line, row) => (row === 0 ? line : `  ${line}`)),
      ...groups,
      '',
      ...wrap(hint, look.columns).map(colours.quiet),
    ],
    look,
  );
}

/** `app-1 → lb-1 (203.0.113.10) → web-1, web-2 → db-1`: from users to the last that is called for them. */
function wayOf(site: Site, colours: Palette): string {
  const { topology, calls } = site;
  const zones = new Map(topology.boxes.map(({ id, zone }) => [id, zone]));
  const called = new Set(topology.nodes.flatMap(({ id }) => calls.get(id) ?? []));
  const inside = new Set(topology.nodes.filter(({ box }) => zones.get(box) === 'site').map(({ id }) => id));
  const users = topology.nodes
    .filter(({ id, box }) => zones.get(box) === 'outside' && !called.has(id))
    .map(({ id }) => id);
  const entries = topology.nodes.filter(({ id, box }) => inside.has(id) && publicOf(topology, box) !== undefined);
  const layers: NodeId[][] = [];
  const seen = new Set<NodeId>();
  let layer = entries.map(({ id }) => id).filter((id) => !called.has(id));
  while (layer.length > 0) {
    layers.push(layer);
    for (const id of layer) seen.add(id);
    const next = layer.flatMap((id) => calls.get(id) ?? []).filter((id) => inside.has(id) && !seen.has(id));
    layer = [...new Set(next)];
  }
  const steps = layers.map((ids, depth) => {
    const names = namesOf(ids, site, colours);
    const addresses =
      depth > 0 ? [] : entries.flatMap(({ id, box }) => (ids.includes(id) ? (publicOf(topology, box) ?? []) : []));
    return addresses.length === 0 ? names : `${names} (${[...new Set(addresses)].join(', ')})`;
  });
  return [users.length === 0 ? 'the internet' : namesOf(users, site, colours), ...steps].join(' → ');
}

interface Group {
  readonly title: string;
  readonly boxes: readonly BoxSpec[];
}

/** Users first, then the site by region, then the provider: the order in which a request meets them. */
function groupsOf({ boxes }: Topology): readonly Group[] {
  const titles = { outside: 'the internet', site: 'the site', provider: 'the provider' } as const;
  const regions = [...new Set(boxes.map(({ region }) => region))];
  return (['outside', 'site', 'provider'] as const).flatMap((zone) =>
    regions.flatMap((region) => {
      const own = boxes.filter((box) => box.zone === zone && box.region === region);
      return own.length === 0 ? [] : [{ title: `${titles[zone]}, region ${region}`, boxes: own }];
    }),
  );
}

/** A region as a tree of its boxes; beside each box its nodes, one line each. */
function drawn(title: string, boxes: readonly BoxSpec[], site: Site, look: Look, colours: Palette): string[] {
  const archy: typeof import('archy') = require('archy');
  const cells = boxes.map((box) => cellsOf(box, look));
  const wides = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => width(row[column] ?? ''))));
  const nodes = boxes.map((box, row) => {
    const down = site.census?.boxes.some(({ spec, up }) => spec.id === box.id && !up) === true;
    const machine = wides
      .map((wide, column) => (wide === 0 ? '' : `${left(cells[row]?.[column] ?? '', wide)}  `))
      .join('');
    const residents = site.topology.nodes
      .filter((node) => node.box === box.id)
      .map((node) => residentOf(node, site, colours));
    const lines = residents.length === 0 ? ['nobody'] : residents;
    const marked = down ? colours.bad(machine) : machine;
    return {
      label: lines.map((line, at) => (at === 0 ? marked : ' '.repeat(width(machine))) + line).join('\n'),
      nodes: [],
    };
  });
  return archy({ label: colours.strong(title), nodes })
    .trimEnd()
    .split('\n');
}

/** What is told of a machine: less where there is less room. */
function cellsOf({ id, cpus, privateAddress, publicAddress, zone }: BoxSpec, { columns }: Look): readonly string[] {
  const address = publicAddress === undefined ? '' : `public ${publicAddress}`;
  if (columns < 56) return [id];
  const inner =
    zone === 'site' && publicAddress === undefined ? privateAddress : address === '' ? privateAddress : address;
  return columns < 72 ? [id, inner] : [id, inner, plural(cpus, 'CPU')];
}

/** `web-1 → db-1`; the tier where the name does not tell it, and the pool where it is not that of the tier. */
function residentOf({ id, kind, pool }: NodeSpec, site: Site, colours: Palette): string {
  const tier = id === kind || id.startsWith(`${kind}-`) ? '' : ` ${colours.quiet(kind)}`;
  const calls = site.calls.get(id) ?? [];
  const group = pool === undefined ? '' : ` ${colours.quiet(pool)}`;
  return `${named(id, site, colours)}${tier}${group}${calls.length === 0 ? '' : ` → ${namesOf(calls, site, colours)}`}`;
}

/** A few names, or how many: `web-1, web-2`, `12 × web`. */
function namesOf(ids: readonly Address[], site: Site, colours: Palette): string {
  if (ids.length <= namesMax) return ids.map((id) => named(id, site, colours)).join(', ');
  const pools = ids.map((id) => {
    const spec = site.topology.nodes.find((node) => node.id === id);
    return spec === undefined ? id : poolOf(spec);
  });
  return [...new Set(pools)].map((pool) => `${pools.filter((one) => one === pool).length} × ${pool}`).join(', ');
}

/** A node that does not run is marked, in words too. */
function named(id: NodeId, { census }: Site, { name, bad }: Palette): string {
  const state = census?.nodes.find(({ spec }) => spec.id === id)?.state ?? 'running';
  return state === 'running' ? name(id) : bad(`${id} (${state})`);
}

function publicOf({ boxes }: Topology, box: string): string | undefined {
  return boxes.find(({ id }) => id === box)?.publicAddress;
}

/** A map of something that could not start is still a map. */
function configure({ kind, config }: NodeSpec, tiers: ReadonlyMap<string, AnyTier>): ConfiguredTier | undefined {
  try {
    return tiers.get(kind)?.configure(config);
  } catch (failure) {
    if (failure instanceof ConfigError) return undefined;
    throw failure;
  }
}
