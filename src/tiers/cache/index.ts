/**
 * A cache server, after memcached: values by keys in memory until they are over or there is no room. It keeps nothing on
 * its disk, so each life begins empty.
 */
import { tap } from 'rxjs';
import type { Now } from '../../algorithms/cache/expiry';
import type { Envelope } from '../../kernel/envelope';
import { machine } from '../../kernel/machine';
import { parseConfig } from '../../kernel/schema';
import { type Live, type NodeContext, ownPool, type Tier } from '../../kernel/tier';
import {
  type CacheAnswer,
  type CacheRequest,
  cacheAdd,
  cacheAsk,
  cacheCas,
  cacheCount,
  cacheDelete,
  cacheFlush,
  cacheGet,
  cacheLoad,
  cacheReplace,
  cacheReplay,
  cacheSet,
  cacheTouch,
} from '../../protocols/cache';
import { healthPing } from '../../protocols/health';
import { cacheInvalidate } from '../../protocols/invalidation';
import { sqlFailure, sqlResult, sqlUnknown } from '../../protocols/sql';
import {
  behindAsk,
  cacheGate,
  cacheLeave,
  cachePut,
  cacheSettle,
  cacheSettled,
  ledgerNote,
  ledgerNoted,
  ledgerUnknown,
} from '../../protocols/write-back';
import { Behind } from './behind';
import { Hearing } from './hearing';
import { Loading } from './loading';
import { dropWhatMoves } from './moving';
import { withSpare } from './room';
import { Serving } from './serving';
import { type CacheConfig, type CacheIn, type CacheOut, type CacheTurn, config, defaults } from './settings';
import { CacheStore } from './store';

/** `cache-1`: answers `cache.get` and what else is said to it on port 11211. */
export const cache: Tier<CacheConfig, CacheIn, CacheOut> = {
  kind: 'cache',
  summary: 'cache server: values by keys in memory, until they are over or there is no room',
  port: 11_211,
  defaults,
  parse: parseConfig(config, defaults),
  accepts: [
    cacheGet,
    cacheLoad,
    sqlResult,
    sqlFailure,
    sqlUnknown,
    cacheSet,
    cacheAdd,
    cacheReplace,
    cacheCas,
    cacheTouch,
    cacheDelete,
    cacheCount,
    cacheFlush,
    cacheAsk,
    cacheReplay,
    cacheInvalidate,
    cachePut,
    cacheSettle,
    cacheGate,
    cacheLeave,
    cacheSettled,
    ledgerNote,
    ledgerNoted,
    ledgerUnknown,
    behindAsk,
    healthPing,
  ],
  upstreams: ({ databases }) => [{ peers: ownPool }, { pool: databases, optional: true }],
  service: ({ requestServiceMs, replayServiceMs, mailboxMax }) => ({
    otherwise: requestServiceMs,
    byKind: { 'cache.replay': replayServiceMs },
    control: ['health.ping', 'cache.ask', 'behind.ask'],
    mailboxMax,
    overflow: 'refuse',
  }),
  behave: (live) =>
    machine<CacheIn, CacheOut, Life>(
      (turn) => start(turn, live),
      (life, mail, turn) => step(life, mail, turn),
    ),
};

interface Life {
  /** What is there, as far as an agreed ring lets it be told. */
  readonly answer: (body: CacheRequest) => CacheAnswer;
  readonly loading: Loading;
  readonly hearing: Hearing;
  readonly behind: Behind;
}

function start(turn: CacheTurn, live: Live<CacheConfig>): Life {
  const { node } = turn;
  const roomy = (): CacheConfig => withSpare(live.now, node.members.now[node.pool] ?? []);
  const store = new CacheStore(roomy(), clocksOf(node), numbersOf(node));
  const serving = new Serving(turn, store, live);
  const configure = (): void => {
    store.configure(roomy());
    serving.configure();
  };
  turn.during(live.changes.pipe(tap(configure)));
  turn.during(node.members.changes.pipe(tap(() => store.configure(roomy()))));
  const loading = new Loading(turn, store, live);
  const answer = (body: CacheRequest): CacheAnswer => serving.answer(body) ?? store.answer(body);
  const behind = new Behind(turn, store, answer, loading.databases, () => live.now);
  const isAgreed = (key: string): boolean => serving.isAgreed(key);
  dropWhatMoves(turn, store, isAgreed, () => behind.moved());
  node.report.expose(() => {
    const { kind: _kind, ...standing } = store.standing();
    return { ...standing, behind: behind.view, ...serving.view() };
  });
  return { loading, behind, answer, hearing: new Hearing(store) };
}

function step({ loading, behind, answer, hearing }: Life, mail: Envelope<CacheIn>, turn: CacheTurn): void {
  const { body } = mail;
  switch (body.kind) {
    case 'health.ping':
      return turn.reply(mail, { kind: 'health.pong', ready: true });
    case 'cache.invalidate':
      return turn.reply(mail, hearing.hear(body));
    case 'cache.load':
      return loading.load(mail, body);
    case 'cache.put':
      return behind.put(mail, body);
    case 'cache.get':
      return body.home === true ? behind.get(mail, body) : turn.reply(mail, answer(body));
    case 'cache.delete':
    case 'cache.flush':
      return behind.drop(mail, body);
    case 'cache.settle':
      return behind.settle(mail, body.key);
    case 'cache.gate':
      return behind.gate(mail, body.isOpen);
    case 'cache.leave':
      return behind.leave(mail, body.servers);
    case 'ledger.note':
      return behind.note(mail, body);
    case 'behind.ask':
      return behind.tell(mail);
    case 'cache.settled':
    case 'ledger.noted':
    case 'ledger.unknown':
    case 'sql.result':
    case 'sql.failure':
    case 'sql.unknown':
      return turn.reply(mail, { kind: 'error', reason: `${body.kind} is an answer; ${turn.node.self} asked nothing` });
    default:
      return turn.reply(mail, answer(body));
  }
}

/** Both clocks of a node as they stand whenever they are looked at. */
function clocksOf(node: NodeContext<CacheIn>): Now {
  return {
    get nowMs() {
      return node.clock.now();
    },
    get wallMs() {
      return node.wallNowMs();
    },
  };
}

/** Numbers of one life lie above all numbers of the lives before: a token or a `cas` of then fits nothing of now. */
function numbersOf({ incarnation }: NodeContext<CacheIn>): () => number {
  let last = incarnation * 2 ** 32;
  return () => ++last;
}
