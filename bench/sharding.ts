/**
 * What it costs that a store is many: a request for one row through a router beside the same asked of one database, and
 * questions about all rows by the number of shards that they are spread over.
 */
import type { Site } from '../src/testing/simulated-site';
import { readOne, writeOne } from './asker';
import { type Benchmark, perSecond, type Row, type Side, type Unit } from './harness';
import type { Posed, Question } from './poser';
import { alone, answers, router, type Size, shardedWorld } from './sharded-worlds';

const users = 1_000;
const abreast = 64;
/** One after the other, for the figures of virtual time. */
const timesAsked = 100;

const reads = Array.from({ length: users }, (_, at): Question => {
  return { kind: 'sql.execute', statement: readOne, parameters: [at + 1] };
});
const writes = Array.from({ length: users }, (_, at): Question => {
  return { kind: 'sql.transaction', statements: [{ statement: writeOne, parameters: [`city ${at}`, at + 1] }] };
});

/** Worlds are made when somebody measures in them, and are there for all who do. */
class Worlds {
  private readonly made = new Map<string, Site>();

  of(size: Size): Site {
    const name = JSON.stringify(size);
    const site = this.made.get(name) ?? shardedWorld(size);
    this.made.set(name, site);
    return site;
  }

  close(): void {
    for (const site of this.made.values()) site.close();
  }
}

/** How many of these a machine of ours simulates per second: all that they cost, besides virtual time. */
function simulated(worlds: Worlds, name: string, shards: number, to: string, asked: readonly Question[]): Side {
  return {
    name,
    unit: '/s',
    measure(scale) {
      const site = worlds.of({ shards, users, serviceTimes: false });
      const count = Math.max(
        asked.length === 1 ? 20 : abreast,
        Math.round((asked.length === 1 ? 100 : 20_000) * scale),
      );
      return perSecond(() => answers(site, to, asked, count, Math.min(count, abreast)).done);
    },
  };
}

/** One figure of some that are asked one after the other, in virtual time. */
function virtual(
  worlds: Worlds,
  { name, shards, to, asked }: { name: string; shards: number; to: string; asked: readonly Question[] },
  unit: Unit,
  figure: (posed: Posed) => number,
): Side {
  return {
    name,
    unit,
    measure() {
      const site = worlds.of({ shards, users, serviceTimes: true });
      return figure(answers(site, to, asked, timesAsked, 1));
    },
  };
}

function routing(worlds: Worlds): Row[] {
  const kinds = [
    ['point read', reads],
    ['point write', writes],
  ] as const;
  return kinds.flatMap(([what, asked]) => [
    {
      what: `${what} through a router: simulated per second`,
      ours: simulated(worlds, `${what} routed`, 4, router, asked),
      peer: simulated(worlds, 'one database', 4, alone, asked),
      as: 'time',
    } as const,
    ...([0.5, 0.99] as const).map((share) => {
      const figure = ({ p50Ms, p99Ms }: Posed): number => (share === 0.5 ? p50Ms : p99Ms);
      return {
        what: `${what} through a router: p${share * 100}, virtual`,
        ours: virtual(worlds, { name: `${what} routed`, shards: 4, to: router, asked }, 'ms', figure),
        peer: virtual(worlds, { name: 'one database', shards: 4, to: alone, asked }, 'ms', figure),
      };
    }),
  ]);
}

const questions = [
  ['count(*) by state', 'SELECT state, count(*) FROM users GROUP BY state ORDER BY state'],
  ['page of 20 by name', 'SELECT id, first_name, last_name FROM users ORDER BY last_name, first_name, id LIMIT 20'],
  [
    'join that crosses shards',
    `SELECT f.followee_id, f.follower_id, u.last_name FROM follows f JOIN users u ON u.id = f.follower_id
     WHERE f.followee_id <= 20 ORDER BY f.followee_id, f.follower_id LIMIT 20`,
  ],
] as const;
const spreads = [2, 4, 8, 16];

function scattering(worlds: Worlds): Row[] {
  return questions.flatMap(([what, statement]): Row[] => {
    const asked: readonly Question[] = [{ kind: 'sql.execute', statement, parameters: [] }];
    const of = (shards: number) => ({ name: '1 shard', shards, to: router, asked });
    const p50 = (shards: number): Side => virtual(worlds, of(shards), 'ms', ({ p50Ms }) => p50Ms);
    const moved = (shards: number): Side =>
      virtual(worlds, of(shards), 'rows', ({ rowsMoved }) => rowsMoved / timesAsked);
    const [one, oneMoved, oneSimulated] = [p50(1), moved(1), simulated(worlds, '1 shard', 1, router, asked)];
    return [
      ...spreads.map((shards) => ({ what: `${what}, ${shards} shards: p50, virtual`, ours: p50(shards), peer: one })),
      ...[4, 16].map((shards) => ({
        what: `${what}, ${shards} shards: rows moved`,
        ours: moved(shards),
        peer: oneMoved,
      })),
      ...[4, 16].map((shards) => ({
        what: `${what}, ${shards} shards: simulated per second`,
        ours: simulated(worlds, `${shards} shards`, shards, router, asked),
        peer: oneSimulated,
        as: 'time' as const,
      })),
    ];
  });
}

export const sharding: Benchmark = {
  name: 'sharding',
  summary: 'what a router adds to a request, and what questions cost by the number of shards',
  rounds: 3,
  open() {
    const worlds = new Worlds();
    return { rows: [...routing(worlds), ...scattering(worlds)], close: () => worlds.close() };
  },
};
