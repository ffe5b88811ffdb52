/**
 * Fills one shard of a store with so many records in a process of its own, and tells how much more memory that process
 * needs for it. What SQLite takes is outside of V8's heap, so it is the whole process that is looked at.
 */
import type { Family, ShardMap } from '../src/protocols/shard-map';
import { shardedStore } from '../src/stages/sharded-store';
import { parse } from '../src/tiers/database/settings';
import { Sqlite } from '../src/tiers/database/sqlite';
import { DatabaseState } from '../src/tiers/database/state';
import { encodeEntry as encodeDocument } from '../src/tiers/document/command';
import { DocEngine } from '../src/tiers/document/engine';
import { encodeEntry as encodePair } from '../src/tiers/keyvalue/command';
import { KvEngine } from '../src/tiers/keyvalue/engine';
import { collectGarbage, happened } from './harness';

export interface Grown {
  readonly mb: number;
}

/** The same for all stores. */
function recordOf(id: number): Readonly<Record<string, string>> {
  return {
    first_name: `Ada ${id % 97}`,
    last_name: `Lovelace ${id % 89}`,
    street_address: `${id % 1_000} Main Street`,
    city: 'Boston',
    state: 'MA',
    postal_code: `0${2_108 + (id % 90)}`,
  };
}

/** A store that is kept until its memory is taken. */
interface Filled {
  keep(id: number): void;
  /** How many there are. */
  count(): number;
}

const makers: Readonly<Record<Family, (as: { shard: string; map: ShardMap }) => Filled>> = {
  sql: (sharding) => {
    const sqlite = Sqlite.open(10, new DatabaseState(parse({ seedUsers: 0, sharding })).founding());
    const insert = `INSERT INTO users (id, first_name, last_name, street_address, city, state, postal_code)
      VALUES (?, ?, ?, ?, ?, ?, ?)`;
    return {
      keep: (id) => {
        sqlite.write([{ statement: insert, parameters: [id, ...Object.values(recordOf(id))] }], id + 1);
      },
      count: () => Number(sqlite.read({ statement: 'SELECT count(*) FROM users', parameters: [] }).rows[0]?.[0]),
    };
  },
  kv: (as) => {
    const engine = new KvEngine(as);
    engine.install(engine.founding());
    return {
      keep: (id) => {
        const text = JSON.stringify(recordOf(id));
        const change = { what: 'put', key: `user:${id}`, text, ttlMs: null, expected: null } as const;
        engine.apply(encodePair({ id: `m${id}`, atMs: 0, map: null, recovers: null, change }), id + 1);
      },
      count: () => engine.held.units,
    };
  },
  doc: (as) => {
    const engine = new DocEngine(as);
    engine.install(engine.founding());
    return {
      keep: (id) => {
        const text = JSON.stringify(recordOf(id));
        const change = { what: 'put', collection: 'users', id: `${id}`, text, expected: null } as const;
        engine.apply(encodeDocument({ id: `m${id}`, map: null, recovers: null, change }), id + 1);
      },
      count: () => engine.held.units,
    };
  },
};

/** A store that is there and has been used a little: what V8 and SQLite need to begin with is not the records'. */
const already = 20_000;

function grown(family: Family, keys: number): Grown {
  const { map } = shardedStore(family, 'jump', 1, 21);
  const store = makers[family]({ shard: map.base.shards[0] ?? '', map });
  for (let id = 1; id <= already; id++) store.keep(id);
  const before = residentMb();
  for (let id = already + 1; id <= already + keys; id++) store.keep(id);
  const after = residentMb();
  happened(`records in the ${family} store`, store.count(), already + keys);
  return { mb: after - before };
}

function residentMb(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage.rss() / 1e6;
}

const [family = '', keys = '0'] = process.argv.slice(2);
if (family !== 'sql' && family !== 'kv' && family !== 'doc') throw new Error(`there is no ${family} store`);
process.send?.(grown(family, Number(keys)), () => process.disconnect());
