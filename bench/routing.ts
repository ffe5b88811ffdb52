/**
 * What a router costs: reads by key from one database, and through a router from four shards, each a group of one; and
 * what a question for all rows costs with the number of shards. In simulation, without service times, so that what is
 * measured is the code that a request passes.
 */
import type { BoxSpec, NodeSpec, Topology } from '../src/kernel/topology';
import type { ShardMap } from '../src/protocols/shard-map';
import { type SqlExecute, sqlResult } from '../src/protocols/sql';
import { SimulatedRuntime } from '../src/runtimes/simulated/simulated-runtime';
import { siteTables } from '../src/sharding/site-tables';
import { catalogue } from '../src/world/product';
import { readOne } from './asker';
import { type Benchmark, happened, perSecond, type Side } from './harness';

const users = 1_000;
const abreast = 64;
const free = { readServiceMs: 0, writeServiceMs: 0, seedUsers: users };

function box(id: string, place: number): BoxSpec {
  const where = { region: 'main', zone: 'site', privateAddress: `10.0.0.${place}` } as const;
  return { id, ...where, cpus: 8, memoryMb: 4_096, diskMb: 10_000 };
}

function node(id: string, kind: string, config: object, pool = kind): NodeSpec {
  return { id, kind, box: id, restart: 'never', config, ...(pool === kind ? {} : { pool }) };
}

function site(nodes: readonly NodeSpec[]): Topology {
  return { boxes: nodes.map(({ id }, at) => box(id, at + 1)), nodes };
}

const alone = site([node('db-1', 'db', free)]);

function sharded(count: number): Topology {
  const shards = Array.from({ length: count }, (_, at) => `shard-${at + 1}`);
  const base = { method: 'modulo' as const, shards, splits: [], isolated: [] };
  const map: ShardMap = { family: 'sql', version: 1, tables: [...siteTables], base };
  const databases = shards.map((shard, at) => {
    const id = `db-${at + 1}`;
    return node(id, 'db', { ...free, group: [id], sharding: { shard, map } }, shard);
  });
  return site([
    node('router-1', 'router', { requestServiceMs: 0, answerServiceMs: 0 }),
    node('placement-1', 'placement', { group: ['placement-1'], maps: [map] }),
    ...databases,
  ]);
}

/** Asks the same kind of question again and again, so many at a time. */
function asked(name: string, topology: Topology, to: string, times: number, question: (i: number) => SqlExecute): Side {
  const runtime = new SimulatedRuntime({ catalogue, seed: 1 });
  const door = runtime.attach('bench', 'provider');
  runtime.apply(topology, () => undefined);
  runtime.runTo(runtime.nowUs + 5_000_000);
  return {
    name,
    unit: '/s',
    measure(scale) {
      const count = Math.max(abreast, Math.round(times * scale));
      let [sent, answered, done] = [0, 0, 0];
      const next = (): void => {
        if (sent === count) return;
        door.ask(to, question(sent++), 60_000, (answer) => {
          answered++;
          if (answer !== undefined && sqlResult.accepts(answer.body) && answer.body.rows.length > 0) done++;
          next();
        });
      };
      const rate = perSecond(() => {
        for (let i = 0; i < abreast; i++) next();
        runtime.runTo(runtime.nowUs + 600_000_000, () => answered === count);
        return count;
      });
      happened(`${name}: answers`, done, count);
      return rate;
    },
  };
}

const one = (i: number): SqlExecute => ({ kind: 'sql.execute', statement: readOne, parameters: [(i % users) + 1] });
const all = (): SqlExecute => ({ kind: 'sql.execute', statement: 'SELECT count(*) FROM users', parameters: [] });

const reads = 20_000;
const scans = 2_000;

export const routing: Benchmark = {
  name: 'routing',
  summary: 'a router in front of shards: what it adds to a read by key, and what a question for all of them costs',
  open: () => {
    const database = asked('one database', alone, 'db-1', reads, one);
    const four = asked('router and 4 shards', sharded(4), 'router-1', reads, one);
    const scan = (shards: number): Side =>
      asked(`router and ${shards} shards`, sharded(shards), 'router-1', scans, all);
    const [all1, all4, all16] = [scan(1), scan(4), scan(16)];
    return {
      rows: [
        { what: 'reads by key, one database', ours: database },
        { what: 'reads by key, router and 4 shards', ours: four, peer: database, as: 'time' },
        { what: 'count(*), router and 1 shard', ours: all1 },
        { what: 'count(*), router and 4 shards', ours: all4, peer: all1, as: 'time' },
        { what: 'count(*), router and 16 shards', ours: all16, peer: all1, as: 'time' },
      ],
    };
  },
};
