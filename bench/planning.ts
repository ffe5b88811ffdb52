/**
 * What a router does with SQL besides sending it: to plan a statement whose text it knows, or one that it sees for the first
 * time, and to make one answer of those of several shards.
 */
import type { SqlValue } from '../src/protocols/sql';
import type { Part } from '../src/sharding/sql/context';
import { Planner } from '../src/sharding/sql/planner';
import type { Scatter } from '../src/sharding/sql/reads';
import { byModulo, siteSchema } from '../src/sharding/sql/testing-shards';
import { type Benchmark, happened, perSecond, type Side } from './harness';

const page = `SELECT u.id, u.first_name, (SELECT group_concat(number, '\n')
  FROM (SELECT number FROM phone_numbers WHERE user_id = u.id ORDER BY position)) FROM users u WHERE u.id > ? ORDER BY u.id LIMIT ?`;

/** Plans the same again and again, or with another text each time. */
function planned(
  name: string,
  times: number,
  statementOf: (i: number) => string,
  parameters: readonly SqlValue[],
): Side {
  return {
    name,
    unit: '/s',
    measure(scale) {
      const planner = new Planner(siteSchema);
      const context = byModulo(4);
      const count = Math.round(times * scale);
      let whole = 0;
      const rate = perSecond(() => {
        for (let i = 0; i < count; i++) {
          if (planner.plan({ statement: statementOf(i), parameters }, context).kind === 'whole') whole++;
        }
        return count;
      });
      happened(`${name}: plans for one shard`, whole, count);
      return rate;
    },
  };
}

/** Puts the same answers together again and again. */
function merged(name: string, times: number, shards: number, statement: string, rowsOf: (shard: number) => Part): Side {
  return {
    name,
    unit: '/s',
    measure(scale) {
      const plan = scatter(statement, shards);
      const answers = plan.requests.map(() => Array.from({ length: shards }, (_, shard) => rowsOf(shard)));
      const count = Math.max(1, Math.round(times * scale));
      let answered = 0;
      const rate = perSecond(() => {
        for (let i = 0; i < count; i++) {
          const answer = plan.merge(answers);
          if (answer.kind === 'merged' && answer.rows.length >= 20) answered++;
        }
        return count;
      });
      happened(`${name}: answers`, answered, count);
      return rate;
    },
  };
}

function scatter(statement: string, shards: number): Scatter {
  const plan = new Planner(siteSchema).plan(
    { statement, parameters: statement === page ? [0, 20] : [] },
    byModulo(shards),
  );
  if (plan.kind !== 'scatter') throw new Error(`${statement}: ${plan.kind}`);
  return plan;
}

const people = (shard: number): Part => ({
  columns: ['id', 'first_name', 'phones'],
  rows: Array.from({ length: 20 }, (_, i) => [i * 16 + shard, `name ${i}`, '555-0000']),
});

const states = (): Part => ({
  columns: ['state', 'text', 'count', 'text'],
  rows: Array.from({ length: 50 }, (_, i) => [`state ${i}`, null, i, `${i}`]),
});

export const planning: Benchmark = {
  name: 'planning',
  summary: 'statements planned, and answers of shards put together',
  open() {
    return {
      rows: [
        {
          what: 'plan a known SELECT by key',
          ours: planned('known', 500_000, () => 'SELECT * FROM users WHERE id = ?', [12]),
        },
        {
          what: 'plan a known INSERT',
          ours: planned('insert', 500_000, () => 'INSERT INTO phone_numbers VALUES (?, 0, ?)', [12, '1']),
        },
        {
          what: 'plan a text for the first time',
          ours: planned(
            'first time',
            5_000,
            (i) => `SELECT first_name, city FROM users u WHERE u.id = ? AND version > ${i}`,
            [12],
          ),
        },
        { what: 'merge a page of 20 from 4 shards', ours: merged('page of 4', 1_000, 4, page, people) },
        { what: 'merge a page of 20 from 16 shards', ours: merged('page of 16', 500, 16, page, people) },
        {
          what: 'merge 50 groups from 4 shards',
          ours: merged('groups', 500, 4, 'SELECT state, count(*) FROM users GROUP BY state', states),
        },
      ],
    };
  },
};
