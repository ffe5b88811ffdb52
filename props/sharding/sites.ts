/**
 * The sites that claims about sharding are tried on: the stage with fewer shards and users, its keys placed by any method.
 */
import fc from 'fast-check';
import type { NodeSpec, Topology } from '../../src/kernel/topology';
import type { Method, Placement, ShardMap } from '../../src/protocols/shard-map';
import { stages } from '../../src/stages';
import { Violation } from '../../src/testing/judge';
import type { SimulatedWorld } from '../../src/world/simulated-world';
import { nodesOf } from '../replication/modes';

/** Shards at the beginning. */
export const shardNames: readonly string[] = ['shard-1', 'shard-2'];

/** By ranges is left out: nobody adds a shard to them. */
export const method: fc.Arbitrary<Method> = fc.constantFrom('modulo', 'ring', 'jump', 'rendezvous');

export interface SiteSettings {
  readonly restart: NodeSpec['restart'];
  readonly method: Method;
  readonly seedUsers: number;
}

const { topology } = stages.sharding;

/** The stage with so few shards, as it is otherwise. */
export const small: Topology = fewer(topology);

/** Whoever keeps the map and conducts moves, and who asks shards for others. */
export const keepers: readonly string[] = nodesOf(small, 'placement');
export const routers: readonly string[] = nodesOf(small, 'router');

export function siteOf({ restart, method: how, seedUsers }: SiteSettings): Topology {
  const base: Placement = { method: how, shards: [...shardNames], splits: [], isolated: [] };
  const inSite = new Set(small.boxes.flatMap(({ id, zone }) => (zone === 'site' ? [id] : [])));
  const nodes = small.nodes.map((node): NodeSpec => {
    const config = configOf(node, base, seedUsers);
    const policy = inSite.has(node.box) ? restart : node.restart;
    return config === undefined ? { ...node, restart: policy } : { ...node, config, restart: policy };
  });
  return { boxes: small.boxes, nodes };
}

function configOf({ kind, config }: NodeSpec, base: Placement, seedUsers: number): unknown {
  if (!isObject(config)) return config;
  if (kind === 'db' && 'sharding' in config && isObject(config.sharding) && 'map' in config.sharding) {
    const map = placed(config.sharding.map, base);
    return { ...config, seedUsers, snapshotEntries: 60, sharding: { ...config.sharding, map } };
  }
  if (kind === 'placement' && 'maps' in config && Array.isArray(config.maps)) {
    return { ...config, unitsPerSlice: 6, chunkUnits: 4, maps: config.maps.map((map) => placed(map, base)) };
  }
  return config;
}

/** The same map, placed otherwise. */
function placed(map: unknown, base: Placement): unknown {
  return isObject(map) ? { ...map, base } : map;
}

function fewer({ boxes, nodes }: Topology): Topology {
  const isLeft = ({ pool }: NodeSpec): boolean => pool?.startsWith('shard-') === true && !shardNames.includes(pool);
  const left = nodes.filter(isLeft).map(({ box }) => box);
  return { boxes: boxes.filter(({ id }) => !left.includes(id)), nodes: nodes.filter((node) => !isLeft(node)) };
}

/** The shards that there are now. */
export function shardsIn({ topology: now }: SimulatedWorld): readonly string[] {
  const pools = now.nodes.flatMap(({ pool }) => (pool?.startsWith('shard-') === true ? [pool] : []));
  return [...new Set(pools)];
}

export function primaryOf(world: SimulatedWorld, shard: string): string {
  const { primary } = world.replicas(shard);
  if (primary === undefined) throw new Violation('does not come to rest', `nobody leads ${shard}`);
  return primary;
}

export function shardMapOf(maps: readonly ShardMap[]): ShardMap {
  const map = maps.find(({ family }) => family === 'sql');
  if (map === undefined) throw new Violation('does not come to rest', 'there is no map');
  return map;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
