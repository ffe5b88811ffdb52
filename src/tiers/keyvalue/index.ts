/**
 * A key-value store: JSON by keys in their order, with a time to live and compare-and-set, as the state machine of a log
 * that its copies agree on. Alone it is a group of one.
 */
import { copiesMessages, promptKinds, shippingKinds } from '../../consensus/copies/conversation';
import { foundedWith } from '../../consensus/copies/settings';
import type { Envelope } from '../../kernel/envelope';
import { machine } from '../../kernel/machine';
import { ownPool, type Tier } from '../../kernel/tier';
import { healthPing } from '../../protocols/health';
import { kvRequests } from '../../protocols/kv';
import { shardsDecided, shardsReads, shardsStage, shardsStatus } from '../../protocols/shards';
import { defaults, type KvConfig, type KvIn, type KvOut, type KvTurn, parse } from './settings';
import { KvStore } from './store';

/** While a slice is fenced its users wait; what ends that must not wait behind the others. */
const stepKinds = [...shardsDecided.filter((one) => one !== shardsStage), shardsStatus].map(({ kind }) => kind);

/** `kv-1`: answers `kv.get`, `kv.put`, `kv.delete` and `kv.scan` on port 6379; while it reads its log, with `starting`. */
export const keyValue: Tier<KvConfig, KvIn, KvOut> = {
  kind: 'kv',
  summary: 'key-value store: JSON by keys, time to live, compare-and-set, scans',
  port: 6379,
  defaults,
  parse,
  fixed: ['sharding', ...foundedWith],
  accepts: [...kvRequests, healthPing, ...copiesMessages, ...shardsDecided, ...shardsReads],
  upstreams: () => [{ peers: ownPool }],
  service: ({ readServiceMs, writeServiceMs, shipServiceMs, mailboxMax }) => ({
    otherwise: readServiceMs,
    byKind: {
      'kv.put': writeServiceMs,
      'kv.delete': writeServiceMs,
      'shards.stage': writeServiceMs,
      'raft.append': shipServiceMs,
      'raft.install': shipServiceMs,
    },
    serial: shippingKinds,
    control: ['health.ping', ...promptKinds, ...stepKinds],
    mailboxMax,
    overflow: 'refuse',
  }),
  behave: (live) =>
    machine<KvIn, KvOut, KvStore>(
      (turn) => new KvStore(turn, live),
      (store, mail, turn) => step(store, mail, turn),
    ),
};

function step(of: KvStore, mail: Envelope<KvIn>, turn: KvTurn): void {
  const { body } = mail;
  switch (body.kind) {
    case 'kv.get':
      return of.get(mail, body);
    case 'kv.put':
      return of.put(mail, body);
    case 'kv.delete':
      return of.delete(mail, body);
    case 'kv.scan':
      return of.scan(mail, body);
    case 'health.ping':
      return turn.reply(mail, { kind: 'health.pong', ready: of.store.ready });
    case 'shards.begin':
    case 'shards.stage':
    case 'shards.fence':
    case 'shards.unfence':
    case 'shards.release':
    case 'shards.own':
    case 'shards.clean':
    case 'shards.undo':
      return of.shard.decide(mail, body);
    case 'shards.extract':
    case 'shards.changes':
    case 'shards.status':
    case 'shards.size':
      return of.shard.tell(mail, body);
    default:
      return of.store.copies.handle(mail, body);
  }
}
