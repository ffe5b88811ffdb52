/** Says SQL to the database. */
import { asRecords } from '../../src/protocols/sql';
import type { SqlAnswer } from '../../src/world/sql-operator';
import { rows } from '../render/rows';
import { command, type Shown } from '../shell/command';
import { database, fresh, patience } from '../shell/kinds';
import { flag, option } from '../shell/options';
import { sqlText } from '../shell/sql-param';

export const sql = command({
  name: 'sql',
  group: 'data',
  summary: 'say SQL to the primary, a router or one copy; several statements with ; between them are one transaction',
  examples: [
    { line: 'sql "SELECT id, first_name FROM users LIMIT 3"', text: 'rows, from the primary' },
    { line: `sql "UPDATE users SET city = 'Oslo' WHERE id = 12"`, text: 'how many changed, and where in the log' },
    { line: 'sql "SELECT count(*) FROM users" --at db-1 --fresh any', text: 'what one copy has, however old' },
    { line: 'sql "SELECT count(*) FROM users" --at shard-2', text: 'from the primary of one group of several' },
    { line: 'sql "SELECT count(*) FROM users" --partial', text: 'from those shards that answer; it says who does not' },
    { line: 'sql "DELETE FROM users WHERE id = 1; DELETE FROM users WHERE id = 2"', text: 'both, or neither' },
  ],
  params: { text: sqlText },
  options: {
    at: option(
      '--at <database>',
      database,
      'which copy or router is asked, or the primary of which group; by default a router, or the primary',
    ),
    fresh: option(
      '--fresh <freshness>',
      fresh,
      'how fresh a read must be: newest (the default), any, session or a time such as 500ms',
    ),
    partial: flag('--partial', 'through a router: where shards do not answer, what the others have will do'),
    timeout: option('--timeout <duration>', patience, 'how long to wait for an answer, by default 5s'),
    all: flag('--all', 'shows every row, however many'),
  },
  returns: 'Sql',
  acts: true,
  run: async ({ text, all, ...given }, { world }): Promise<Shown> => {
    const answer = await world.sql(text, {
      ...(given.at === undefined ? {} : { at: given.at }),
      ...(given.fresh === undefined ? {} : { fresh: given.fresh }),
      ...(given.partial === undefined ? {} : { partial: given.partial }),
      ...(given.timeout === undefined ? {} : { timeout: given.timeout }),
    });
    return {
      value: asValue(answer),
      text: (look) => rows(answer, all === true, look),
      ...(answer.outcome === 'unknown' ? { exitCode: 1 } : {}),
    };
  },
});

function asValue(answer: SqlAnswer) {
  if (answer.outcome === 'unknown') return answer;
  const { columns: _columns, rows: _rows, ...facts } = answer;
  return { rows: asRecords(answer), ...facts };
}
