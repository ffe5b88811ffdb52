/**
 * What one operation on one record costs the engines behind the stores, each as a shard of its own would do it: from the
 * entry of the log to its outcome, and from a question to its answer as text. The CPU times in the settings of the tiers
 * stand to each other as these do.
 */

import type { Family, ShardMap } from '../src/protocols/shard-map';
import { siteTables } from '../src/sharding/site-tables';
import { encodeEntry as encodeSql } from '../src/tiers/database/log';
import { defaults } from '../src/tiers/database/settings';
import { DatabaseState } from '../src/tiers/database/state';
import { encodeEntry as encodeDoc } from '../src/tiers/document/command';
import { DocEngine } from '../src/tiers/document/engine';
import { encodeEntry as encodeKv } from '../src/tiers/keyvalue/command';
import { KvEngine } from '../src/tiers/keyvalue/engine';
import { recordsAfter } from '../src/workload/records';
import { type Benchmark, happened, perSecond, type Row, type Side } from './harness';

const records = 1_000;
const shard = 'shard-1';
const id = 'router-1/1#12345';
const pageRows = 20;
const bytesMax = 1_000_000;

function mapOf(family: Family, tables: readonly ShardMap['tables'][number][]): ShardMap {
  return {
    family,
    version: 1,
    tables: [...tables],
    base: { method: 'jump', shards: [shard], splits: [], isolated: [] },
  };
}

function record(city: string): Readonly<Record<string, string>> {
  const street_address = '12 Main Street';
  return { first_name: 'Ada', last_name: 'Lovelace', street_address, city, state: 'MA', postal_code: '02115' };
}

/** What an engine does with record `i`; each says whether it happened. */
interface Engine {
  readonly name: string;
  readonly read: (i: number) => boolean;
  readonly change: (i: number) => boolean;
  readonly list: (i: number) => boolean;
}

function keyOf(i: number): string {
  return `user:${String((i % records) + 1).padStart(7, '0')}`;
}

function keyValue(): Engine {
  const engine = new KvEngine({ shard, map: mapOf('kv', [{ table: 'items', key: 'key' }]) });
  engine.install(engine.founding());
  let position = 1;
  const change = (i: number): boolean => {
    const put = {
      what: 'put',
      key: keyOf(i),
      text: JSON.stringify(record(`city ${i}`)),
      ttlMs: null,
      expected: null,
    } as const;
    const entry = encodeKv({ id, atMs: 1, map: 1, recovers: null, change: put });
    return 'kind' in engine.apply(entry, ++position);
  };
  for (let i = 0; i < records; i++) change(i);
  return {
    name: 'key-value',
    change,
    read: (i) => JSON.stringify(engine.get(keyOf(i), 1)).length > 100,
    list: (i) => JSON.stringify(engine.scan({ after: keyOf(i), prefix: 'user:', limit: pageRows }, 1, bytesMax)) !== '',
  };
}

function documents(): Engine {
  const engine = new DocEngine({ shard, map: mapOf('doc', [{ table: 'documents', key: 'id' }]) });
  engine.install(engine.founding());
  const collection = 'users';
  let position = 1;
  const place = (i: number) => ({ collection, id: keyOf(i), expected: null });
  for (let i = 0; i < records; i++) {
    const put = { what: 'put', ...place(i), text: JSON.stringify(record('city')) } as const;
    engine.apply(encodeDoc({ id, map: 1, recovers: null, change: put }), ++position);
  }
  return {
    name: 'documents',
    change: (i) => {
      const patch = { what: 'patch', ...place(i), text: JSON.stringify({ city: `city ${i}` }), bytesMax } as const;
      return 'kind' in engine.apply(encodeDoc({ id, map: 1, recovers: null, change: patch }), ++position);
    },
    read: (i) => JSON.stringify(engine.get(collection, keyOf(i))).length > 100,
    list: (i) => {
      const found = engine.find({ collection, where: [], after: keyOf(i), limit: pageRows }, bytesMax);
      return JSON.stringify(found) !== '';
    },
  };
}

function relational(): Engine {
  const state = new DatabaseState({
    ...defaults,
    seedUsers: records,
    sharding: { shard, map: mapOf('sql', siteTables) },
  });
  state.install(state.founding());
  let position = 1;
  const one = 'SELECT id, first_name, last_name, street_address, city, state, postal_code FROM users WHERE id = ?';
  return {
    name: 'relational',
    change: (i) => {
      const parameters = [`city ${i}`, (i % records) + 1];
      const commands = [{ statement: 'UPDATE users SET city = ? WHERE id = ?', parameters }];
      const entry = encodeSql({ id, commands, rowsMax: 100, recovers: undefined, map: 1 });
      return !(state.apply(entry, ++position) instanceof Error);
    },
    read: (i) => JSON.stringify(state.open.read({ statement: one, parameters: [(i % records) + 1] })).length > 50,
    list: (i) => JSON.stringify(state.open.read(recordsAfter(i % records, pageRows))) !== '',
  };
}

function side(engine: Engine, act: 'read' | 'change' | 'list', times: number): Side {
  return {
    name: engine.name,
    unit: '/s',
    measure(scale) {
      const count = Math.max(100, Math.round(times * scale));
      let done = 0;
      const rate = perSecond(() => {
        for (let i = 0; i < count; i++) if (engine[act](i)) done++;
        return count;
      });
      happened(`${engine.name}: ${act}`, done, count);
      return rate;
    },
  };
}

const acts = [
  { act: 'read', what: 'read by key', times: 100_000 },
  { act: 'change', what: 'change by key', times: 40_000 },
  { act: 'list', what: `page of ${pageRows}`, times: 10_000 },
] as const;

export const engines: Benchmark = {
  name: 'engines',
  summary: 'the engines of the three kinds of stores: CPU for reading, changing and listing the same records',
  open: () => {
    const [sql, ...others] = [relational(), keyValue(), documents()];
    return {
      rows: acts.flatMap(({ act, what, times }): Row[] => {
        if (sql === undefined) return [];
        const peer = side(sql, act, times);
        const rows = others.map(
          (one): Row => ({ what: `${what}, ${one.name}`, ours: side(one, act, times), peer, as: 'time' }),
        );
        return [{ what: `${what}, relational`, ours: peer }, ...rows];
      }),
    };
  },
};
