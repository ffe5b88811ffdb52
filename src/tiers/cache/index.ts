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
  cacheAdd,
  cacheAsk,
  cacheCas,
  cacheCount,
  cacheDelete,
  cacheFlush,
  cacheGet,
  cacheReplace,
  cacheReplay,
  cacheSet,
  cacheTouch,
} from '../../protocols/cache';
import { healthPing } from '../../protocols/health';
import { dropWhatMoves } from './moving';
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
    healthPing,
  ],
  upstreams: () => [{ peers: ownPool }],
  service: ({ requestServiceMs, replayServiceMs, mailboxMax }) => ({
    otherwise: requestServiceMs,
    byKind: { 'cache.replay': replayServiceMs },
    control: ['health.ping', 'cache.ask'],
    mailboxMax,
    overflow: 'refuse',
  }),
  behave: (live) =>
    machine<CacheIn, CacheOut, CacheStore>(
      (turn) => start(turn, live),
      (store, mail, turn) => step(store, mail, turn),
    ),
};

function start(turn: CacheTurn, live: Live<CacheConfig>): CacheStore {
  const { node } = turn;
  const store = new CacheStore(live.now, clocksOf(node), numbersOf(node));
  turn.during(live.changes.pipe(tap((changed) => store.configure(changed))));
  dropWhatMoves(turn, store);
  node.report.expose(() => {
    const { kind: _kind, ...standing } = store.standing();
    return standing;
  });
  return store;
}

function step(store: CacheStore, mail: Envelope<CacheIn>, turn: CacheTurn): void {
  const { body } = mail;
  turn.reply(mail, body.kind === 'health.ping' ? { kind: 'health.pong', ready: true } : store.answer(body));
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
