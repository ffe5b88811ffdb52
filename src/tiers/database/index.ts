/**
 * A relational database: SQL on a real engine in memory, as the state machine of a log that is on disk before anybody
 * hears "done". Reads never show what a crash could take back: the answer to a read that saw a write which is not yet
 * on disk waits for it.
 */
import type { Envelope } from '../../kernel/envelope';
import { machine } from '../../kernel/machine';
import { parseConfig } from '../../kernel/schema';
import type { Tier } from '../../kernel/tier';
import { healthPing } from '../../protocols/health';
import { sqlExecute, sqlTransaction } from '../../protocols/sql';
import {
  config,
  type DatabaseConfig,
  type DatabaseIn,
  type DatabaseOut,
  type DatabaseTurn,
  defaults,
} from './settings';
import { Store } from './store';

/** `db-1`: answers `sql.execute` and `sql.transaction` on port 5432; while it reads its log, with `starting`. */
export const database: Tier<DatabaseConfig, DatabaseIn, DatabaseOut> = {
  kind: 'db',
  summary: 'relational database: SQL, transactions, a log on disk',
  port: 5432,
  defaults,
  parse: parseConfig(config, defaults),
  accepts: [sqlExecute, sqlTransaction, healthPing],
  upstreams: () => [],
  service: ({ readServiceMs, writeServiceMs, mailboxMax }) => ({
    otherwise: readServiceMs,
    byKind: { 'sql.transaction': writeServiceMs },
    control: ['health.ping'],
    mailboxMax,
    overflow: 'refuse',
  }),
  behave: (live) =>
    machine<DatabaseIn, DatabaseOut, Store>(
      (turn) => new Store(turn, live),
      (store, mail, turn) => step(store, mail, turn),
    ),
};

function step(store: Store, mail: Envelope<DatabaseIn>, turn: DatabaseTurn): void {
  const { body } = mail;
  switch (body.kind) {
    case 'sql.execute':
      return store.execute(mail, [body]);
    case 'sql.transaction':
      return store.execute(mail, body.statements);
    case 'health.ping':
      return turn.reply(mail, { kind: 'health.pong', ready: store.ready });
  }
}
