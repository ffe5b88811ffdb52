/** A store on several shards, as stages lay it out: who keeps the maps, and the copies of each shard. */
import type { BoxSpec, NodeSpec } from '../kernel/topology';
import type { Family, Method, Placement, ShardMap } from '../protocols/shard-map';
import { siteTables } from '../sharding/site-tables';
import { box, node } from './stage';

const copiesPerShard = 3;

const ofFamily = {
  sql: { kind: 'db', stem: 'shard', tables: siteTables, config: { routers: 'router' } },
  kv: { kind: 'kv', stem: 'kv-shard', tables: [{ table: 'items', key: 'key' }], config: {} },
  doc: { kind: 'doc', stem: 'doc-shard', tables: [{ table: 'documents', key: 'id' }], config: {} },
} as const;

export interface ShardedStore {
  readonly map: ShardMap;
  readonly nodes: readonly NodeSpec[];
  /** A machine for each node. */
  readonly boxes: readonly BoxSpec[];
}

/**
 * So many shards of three copies each: `db-1` to `db-3` are those of `shard-1`, and so on.
 *
 * @param firstAddress the last number of the first one's address.
 */
export function shardedStore(family: Family, method: Method, count: number, firstAddress: number): ShardedStore {
  const { kind, stem, tables, config } = ofFamily[family];
  const shards = Array.from({ length: count }, (_, place) => `${stem}-${place + 1}`);
  const base: Placement = { method, shards, splits: [], isolated: [] };
  const map: ShardMap = { family, version: 1, tables: [...tables], base };
  const nodes = shards.flatMap((shard, place) => {
    const group = Array.from({ length: copiesPerShard }, (_, copy) => `${kind}-${place * copiesPerShard + copy + 1}`);
    return group.map((id) => ({
      ...node(id, kind, `box-${id}`, { group, sharding: { shard, map }, ...config }),
      pool: shard,
    }));
  });
  const boxes = nodes.map(({ box: id }, at) =>
    box(id, `10.0.0.${firstAddress + at}`, { memoryMb: 8_192, diskMb: 100_000 }),
  );
  return { map, nodes, boxes };
}

/** Above all ids of the beginning, however many users that has. */
const firstId = 1_000_001;
const firstIds = { users: firstId, posts: firstId, photos: firstId, orders: firstId };

/** Three who keep the maps of these stores, on small machines of their own. */
export function keepersOf(stores: readonly ShardedStore[], firstAddress: number): Omit<ShardedStore, 'map'> {
  const group = ['placement-1', 'placement-2', 'placement-3'];
  const maps = stores.map(({ map }) => map);
  const newNodes = Object.fromEntries(maps.map(({ family }) => [family, ofFamily[family].config]));
  const config = { group, maps, firstIds, newNodes };
  return {
    nodes: group.map((id) => node(id, 'placement', `box-${id}`, config)),
    boxes: group.map((id, at) => box(`box-${id}`, `10.0.0.${firstAddress + at}`, { cpus: 1 })),
  };
}
