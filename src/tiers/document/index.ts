/**
 * A document store: JSON objects of whatever shape in collections, found by what stands at their paths, as the state
 * machine of a log that its copies agree on. Alone it is a group of one.
 */
import { copiesMessages, promptKinds, shippingKinds } from '../../consensus/copies/conversation';
import { foundedWith } from '../../consensus/copies/settings';
import type { Envelope } from '../../kernel/envelope';
import { machine } from '../../kernel/machine';
import { ownPool, type Tier } from '../../kernel/tier';
import { docRequests } from '../../protocols/doc';
import { healthPing } from '../../protocols/health';
import { shardsDecided, shardsReads, shardsStage, shardsStatus } from '../../protocols/shards';
import { type DocConfig, type DocIn, type DocOut, type DocTurn, defaults, parse } from './settings';
import { DocStore } from './store';

/** While a slice is fenced its users wait; what ends that must not wait behind the others. */
const stepKinds = [...shardsDecided.filter((one) => one !== shardsStage), shardsStatus].map(({ kind }) => kind);

/** `doc-1`: answers `doc.put`, `doc.get`, `doc.patch`, `doc.delete`, `doc.find` and `doc.index` on port 27017. */
export const documentStore: Tier<DocConfig, DocIn, DocOut> = {
  kind: 'doc',
  summary: 'document store: JSON objects of any shape, found by paths, with indexes',
  port: 27017,
  defaults,
  parse,
  fixed: ['sharding', ...foundedWith],
  accepts: [...docRequests, healthPing, ...copiesMessages, ...shardsDecided, ...shardsReads],
  upstreams: () => [{ peers: ownPool }],
  service: ({ readServiceMs, findServiceMs, writeServiceMs, shipServiceMs, mailboxMax }) => ({
    otherwise: readServiceMs,
    byKind: {
      'doc.find': findServiceMs,
      'doc.put': writeServiceMs,
      'doc.patch': writeServiceMs,
      'doc.delete': writeServiceMs,
      'doc.index': writeServiceMs,
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
    machine<DocIn, DocOut, DocStore>(
      (turn) => new DocStore(turn, live),
      (store, mail, turn) => step(store, mail, turn),
    ),
};

function step(of: DocStore, mail: Envelope<DocIn>, turn: DocTurn): void {
  const { body } = mail;
  switch (body.kind) {
    case 'doc.get':
      return of.get(mail, body);
    case 'doc.put':
      return of.put(mail, body);
    case 'doc.patch':
      return of.patch(mail, body);
    case 'doc.delete':
      return of.delete(mail, body);
    case 'doc.find':
      return of.find(mail, body);
    case 'doc.index':
      return of.index(mail, body);
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
