/**
 * A relational database: SQL on a real engine in memory, as the state machine of a log that its copies agree on and that
 * is on disk before anybody hears "done". Alone it is a group of one.
 */
import { copiesMessages, promptKinds, shippingKinds } from '../../consensus/copies/conversation';
import type { Envelope } from '../../kernel/envelope';
import { machine } from '../../kernel/machine';
import { ownPool, type Tier } from '../../kernel/tier';
import { healthPing } from '../../protocols/health';
import { sqlExecute, sqlTransaction } from '../../protocols/sql';
import { type DatabaseConfig, type DatabaseIn, type DatabaseOut, type DatabaseTurn, defaults, parse } from './settings';
import { Store } from './store';

/** `db-1`: answers `sql.execute` and `sql.transaction` on port 5432; while it reads its log, with `starting`. */
export const database: Tier<DatabaseConfig, DatabaseIn, DatabaseOut> = {
  kind: 'db',
  summary: 'relational database: SQL, transactions, a log on disk, copies that agree on it',
  port: 5432,
  defaults,
  parse,
  accepts: [sqlExecute, sqlTransaction, healthPing, ...copiesMessages],
  upstreams: () => [{ peers: ownPool }],
  service: ({ readServiceMs, writeServiceMs, shipServiceMs, mailboxMax }) => ({
    otherwise: readServiceMs,
    byKind: { 'sql.transaction': writeServiceMs, 'raft.append': shipServiceMs, 'raft.install': shipServiceMs },
    serial: shippingKinds,
    control: ['health.ping', ...promptKinds],
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
      return store.execute(mail, [body], body.freshness);
    case 'sql.transaction':
      return store.execute(mail, body.statements, 'newest', body.recovers);
    case 'health.ping':
      return turn.reply(mail, { kind: 'health.pong', ready: store.ready });
    default:
      return store.copies.handle(mail, body);
  }
}
