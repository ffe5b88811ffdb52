/**
 * A relational database: SQL on a real engine in memory, as the state machine of a log that its copies agree on and that
 * is on disk before anybody hears "done". Alone it is a group of one.
 */
import { copiesMessages, promptKinds, shippingKinds } from '../../consensus/copies/conversation';
import { foundedWith } from '../../consensus/copies/settings';
import type { Envelope } from '../../kernel/envelope';
import { machine } from '../../kernel/machine';
import { ownPool, type Tier } from '../../kernel/tier';
import { healthPing } from '../../protocols/health';
import { cacheHeard } from '../../protocols/invalidation';
import { shardsDecided, shardsReads, shardsStage, shardsStatus } from '../../protocols/shards';
import { sqlExecute, sqlFailure, sqlResult, sqlTransaction, sqlUnknown } from '../../protocols/sql';
import { type Caution, soundCaution } from '../../sharding/caution';
import { type DatabaseConfig, type DatabaseIn, type DatabaseOut, type DatabaseTurn, defaults, parse } from './settings';
import { Store } from './store';

/** While a slice is fenced its users wait; what ends that must not wait behind the others. */
const stepKinds = [...shardsDecided.filter((one) => one !== shardsStage), shardsStatus].map(({ kind }) => kind);

/** CPU time of taking note that a cache server has heard. */
const heardServiceMs = 0.01;

/** `db-1`: answers `sql.execute` and `sql.transaction` on port 5432; while it reads its log, with `starting`. */
export const database = databaseWith(soundCaution);

/** The same, as a shard that does without some of what a sound one takes care of, for proofs that somebody notices. */
export function databaseWith(caution: Caution): Tier<DatabaseConfig, DatabaseIn, DatabaseOut> {
  return {
    kind: 'db',
    summary: 'relational database: SQL, transactions, a log on disk, copies that agree on it',
    port: 5432,
    defaults,
    parse,
    fixed: ['seed', 'seedUsers', 'seedPosts', 'sharding', ...foundedWith],
    accepts: [
      sqlExecute,
      sqlTransaction,
      sqlResult,
      sqlFailure,
      sqlUnknown,
      healthPing,
      cacheHeard,
      ...copiesMessages,
      ...shardsDecided,
      ...shardsReads,
    ],
    upstreams: ({ routers, caches }) => [
      { peers: ownPool },
      ...caches.map((pool) => ({ peers: pool })),
      // No request of anybody's waits for what a shard has to tell others.
      ...(routers === undefined ? [] : [{ peers: routers }]),
    ],
    service: ({ readServiceMs, writeServiceMs, shipServiceMs, mailboxMax }) => ({
      otherwise: readServiceMs,
      byKind: {
        'sql.transaction': writeServiceMs,
        'shards.stage': writeServiceMs,
        'raft.append': shipServiceMs,
        'raft.install': shipServiceMs,
        'cache.heard': heardServiceMs,
      },
      serial: shippingKinds,
      control: ['health.ping', ...promptKinds, ...stepKinds],
      mailboxMax,
      overflow: 'refuse',
    }),
    behave: (live) =>
      machine<DatabaseIn, DatabaseOut, Store>(
        (turn) => new Store(turn, live, caution),
        (store, mail, turn) => step(store, mail, turn),
      ),
  };
}

function step(store: Store, mail: Envelope<DatabaseIn>, turn: DatabaseTurn): void {
  const { body } = mail;
  switch (body.kind) {
    case 'sql.execute':
      return store.execute(mail, [body], body.freshness, undefined, body.map);
    case 'sql.transaction':
      return store.execute(mail, body.statements, 'newest', body.recovers, body.map);
    case 'health.ping':
      return turn.reply(mail, { kind: 'health.pong', ready: store.ready });
    case 'shards.begin':
    case 'shards.stage':
    case 'shards.fence':
    case 'shards.unfence':
    case 'shards.release':
    case 'shards.own':
    case 'shards.clean':
    case 'shards.undo':
      return store.shard.decide(mail, body);
    case 'shards.extract':
    case 'shards.changes':
    case 'shards.status':
    case 'shards.size':
      return store.shard.read(mail, body);
    case 'sql.result':
    case 'sql.failure':
    case 'sql.unknown':
    case 'cache.heard':
      return turn.reply(mail, { kind: 'error', reason: `${body.kind} is an answer; ${turn.node.self} asked nothing` });
    default:
      return store.copies.handle(mail, body);
  }
}
