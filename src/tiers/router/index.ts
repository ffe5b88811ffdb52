/**
 * A router: stands in front of shards and answers like one store. It knows which shard has what by a map that others keep,
 * and holds nothing that would be missed: any of its kind can answer anybody.
 */
import type { Envelope } from '../../kernel/envelope';
import { machine } from '../../kernel/machine';
import type { Live, Tier } from '../../kernel/tier';
import { docRequests } from '../../protocols/doc';
import { kvRequests } from '../../protocols/kv';
import type { Family } from '../../protocols/shard-map';
import { sqlExecute, sqlTransaction } from '../../protocols/sql';
import { Admission } from './admission';
import { type RouterIn, type RouterOut, type RouterTurn, routerAccepts, type StoreAnswer } from './conversation';
import type { Desk } from './desk';
import { Heat } from './heat';
import { Ids } from './ids';
import { familyOf, ItemRequest } from './item-request';
import { Keepers } from './keepers';
import { familiesOf, Maps } from './maps';
import { defaults, parse, type RouterConfig } from './settings';
import { Shards } from './shards';
import { SqlRequest } from './sql-request';
import { SqlView } from './sql-view';

/** `router-1`: answers SQL, key-value and document requests on port 5433, from whichever shards have the rows. */
export const router: Tier<RouterConfig, RouterIn, RouterOut> = {
  kind: 'router',
  summary: 'router: one database in front of many shards',
  port: 5433,
  defaults,
  parse,
  accepts: routerAccepts,
  upstreams: ({ families, placement }) => [
    { pool: placement },
    ...Object.values(families).flatMap((each) => (each === undefined ? [] : [{ pool: each.shards }])),
  ],
  service: ({ requestServiceMs, answerServiceMs, mailboxMax }) => ({
    otherwise: answerServiceMs,
    byKind: Object.fromEntries(requestKinds.map((kind) => [kind, requestServiceMs])),
    control: ['health.ping', 'router.hot-keys', 'router.load'],
    mailboxMax,
    overflow: 'refuse',
  }),
  behave: (live) =>
    machine<RouterIn, RouterOut, Router>(
      (turn) => new Router(turn, live),
      (state, mail, turn) => step(state, mail, turn),
    ),
};

const requestKinds = [sqlExecute, sqlTransaction, ...kvRequests, ...docRequests].map(({ kind }) => kind);

function step(state: Router, mail: Envelope<RouterIn>, turn: RouterTurn): void {
  const { body } = mail;
  switch (body.kind) {
    case 'sql.execute':
    case 'sql.transaction':
      return state.route(mail, 'sql', (untilMs, over) => {
        new SqlRequest(state.desk, state.view, mail, body, untilMs, over).begin();
      });
    case 'kv.get':
    case 'kv.put':
    case 'kv.delete':
    case 'kv.scan':
    case 'doc.get':
    case 'doc.put':
    case 'doc.patch':
    case 'doc.delete':
    case 'doc.find':
    case 'doc.index':
      return state.route(mail, familyOf(body), (untilMs, over) => {
        new ItemRequest(state.desk, mail, body, untilMs, over).begin();
      });
    case 'router.hot-keys':
      return turn.reply(mail, state.desk.heat.hotKeys(turn.nowMs, body));
    case 'router.load':
      return turn.reply(mail, state.desk.heat.loads(turn.nowMs, state.versions));
    case 'health.ping':
      return turn.reply(mail, { kind: 'health.pong', ready: state.isReady });
    default:
      return turn.reply(mail, { kind: 'error', reason: `${body.kind} is an answer; ${turn.node.self} asked nothing` });
  }
}

class Router {
  readonly desk: Desk;
  private readonly admission: Admission;
  readonly view: SqlView;

  constructor(
    private readonly turn: RouterTurn,
    private readonly live: Live<RouterConfig>,
  ) {
    const keepers = new Keepers(turn, live);
    const maps = new Maps(turn, live, keepers);
    const [ids, shards, heat] = [new Ids(turn, live, keepers), new Shards(turn, live), new Heat(live, turn.nowMs)];
    this.desk = { turn, live, maps, ids, shards, heat };
    this.admission = new Admission(turn, live);
    this.view = new SqlView(this.desk);
    turn.node.report.expose(() => ({
      ...this.admission.view(),
      maps: maps.view(),
      shards: shards.view(),
      newIds: ids.view(),
    }));
    maps.begin();
  }

  get isReady(): boolean {
    return this.desk.maps.areComplete;
  }

  /** Of the maps that it goes by. */
  get versions(): { family: Family; version: number }[] {
    return familiesOf(this.live.now).map((family) => {
      return { family, version: this.desk.maps.of(family)?.map.version ?? 0 };
    });
  }

  /** Lets a request in, or says why not. */
  route(mail: Envelope, family: Family, work: (untilMs: number, over: () => void) => void): void {
    const { self } = this.turn.node;
    const { families, activeMax, queueMax } = this.live.now;
    if (families[family] === undefined) {
      const reason = `${self} has no ${family} shards (set families.${family})`;
      return this.turn.reply(mail, refusal(family, 'not-allowed', reason));
    }
    if (this.admission.admit(mail, work)) return;
    const reason = `${self} is busy: ${activeMax} requests under way, and ${queueMax} wait`;
    this.turn.reply(mail, refusal(family, 'limit', reason));
  }
}

function refusal(family: Family, because: 'not-allowed' | 'limit', reason: string): StoreAnswer {
  const why = { because, reason };
  if (family === 'sql') return { kind: 'sql.failure', ...why };
  return family === 'kv' ? { kind: 'kv.failure', ...why } : { kind: 'doc.failure', ...why };
}
