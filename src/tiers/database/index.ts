/**
 * A relational database: SQL on a real engine in memory, as the state machine of a log that its copies agree on and that
 * is on disk before anybody hears "done". Alone it is a group of one.
 */
import type { Envelope } from '../../kernel/envelope';
import { machine } from '../../kernel/machine';
import type { Tier } from '../../kernel/tier';
import { healthPing } from '../../protocols/health';
import { observersGranted, observersRefused } from '../../protocols/observers';
import { raftMessages } from '../../protocols/raft';
import {
  replicationDigest,
  replicationJoin,
  replicationJoined,
  replicationRefused,
  replicationSet,
  replicationSettled,
  replicationStanding,
  replicationStatus,
  replicationTail,
} from '../../protocols/replication';
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
  accepts: [
    sqlExecute,
    sqlTransaction,
    healthPing,
    ...raftMessages,
    observersGranted,
    observersRefused,
    replicationStatus,
    replicationStanding,
    replicationSet,
    replicationJoin,
    replicationJoined,
    replicationRefused,
    replicationTail,
    replicationSettled,
    replicationDigest,
  ],
  upstreams: () => [{ peers: 'db' }],
  service: ({ readServiceMs, writeServiceMs, shipServiceMs, mailboxMax }) => ({
    otherwise: readServiceMs,
    byKind: { 'sql.transaction': writeServiceMs, 'raft.append': shipServiceMs, 'raft.install': shipServiceMs },
    serial: ['raft.append', 'raft.install'],
    // What keeps a group together must not wait behind what its users want.
    control: ['health.ping', ...promptly],
    mailboxMax,
    overflow: 'refuse',
  }),
  behave: (live) =>
    machine<DatabaseIn, DatabaseOut, Store>(
      (turn) => new Store(turn, live),
      (store, mail, turn) => step(store, mail, turn),
    ),
};

const promptly = [...raftMessages, replicationStatus, replicationJoin, replicationJoined, replicationRefused].flatMap(
  ({ kind }) => (kind === 'raft.append' || kind === 'raft.install' ? [] : [kind]),
);

function step(store: Store, mail: Envelope<DatabaseIn>, turn: DatabaseTurn): void {
  const { body } = mail;
  switch (body.kind) {
    case 'sql.execute':
      return store.execute(mail, [body], body.freshness);
    case 'sql.transaction':
      return store.execute(mail, body.statements, 'newest', body.recovers);
    case 'health.ping':
      return turn.reply(mail, { kind: 'health.pong', ready: store.ready });
    case 'replication.status':
      return store.group.status(mail);
    case 'replication.join':
      return store.group.join(mail, body);
    case 'replication.digest':
      return store.digest(mail);
    case 'replication.set':
      return store.group.set(mail, body);
    case 'replication.tail':
      return store.group.tail(mail);
    case 'replication.settled':
      return store.group.settle(mail, body);
    case 'replication.joined':
    case 'replication.refused':
    case 'replication.standing':
    case 'observers.granted':
    case 'observers.refused':
      return turn.reply(mail, { kind: 'error', reason: `${body.kind} is an answer; ${turn.node.self} asked nothing` });
    default:
      return store.group.receive(mail, body);
  }
}
