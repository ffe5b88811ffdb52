/**
 * What databases begin with, made once per process: the copies of a shard begin with the same bytes, all shards with the same
 * people, and a world of many databases would draw them again for each.
 */
import { shardsOf } from '../../sharding/change';
import { populate } from './people';
import type { DatabaseConfig } from './settings';
import { shardedSchema } from './sharded-schema';
import { Sqlite } from './sqlite';

/** What is kept at most; of so many users that it is more, every database makes its own. */
const bytesMax = 32_000_000;

/** The least recently used goes first. */
const kept = new Map<string, Uint8Array>();
let keptBytes = 0;

/** The data of a new group: equal settings, equal bytes. */
export function foundingOf(config: DatabaseConfig): Uint8Array {
  const { rowsMax, seedUsers, seedPosts, seed, sharding } = config;
  if (sharding === undefined) {
    return once(JSON.stringify([seedUsers, seedPosts, seed]), () =>
      made(Sqlite.open(rowsMax), (sqlite) => populate(sqlite, seedUsers, seedPosts, seed)),
    );
  }
  // Every shard begins with all users, and keeps its own; one that comes later has none.
  const { shard, map } = sharding;
  const users = shardsOf(map.base).includes(shard) ? seedUsers : 0;
  const everybody = (): Uint8Array =>
    once(JSON.stringify([users, seedPosts, seed, 'all shards']), () =>
      made(Sqlite.open(rowsMax), (sqlite) => populate(sqlite, users, seedPosts, seed, shardedSchema)),
    );
  return once(JSON.stringify([users, seedPosts, seed, shard, map]), () =>
    made(Sqlite.open(rowsMax, everybody()), (sqlite) => sqlite.becomeShard(shard, map)),
  );
}

function made(sqlite: Sqlite, make: (sqlite: Sqlite) => void): Uint8Array {
  try {
    make(sqlite);
    return sqlite.serialize();
  } finally {
    sqlite.close();
  }
}

function once(name: string, make: () => Uint8Array): Uint8Array {
  const known = kept.get(name);
  const bytes = known ?? make();
  if (known !== undefined) kept.delete(name);
  else if (bytes.length > bytesMax) return bytes;
  else keptBytes += bytes.length;
  kept.set(name, bytes);
  for (const [oldest, { length }] of kept) {
    if (keptBytes <= bytesMax) break;
    kept.delete(oldest);
    keptBytes -= length;
  }
  // Nobody gets the kept bytes themselves: what is handed over may be handed on to another thread.
  return new Uint8Array(bytes);
}
