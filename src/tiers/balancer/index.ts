/**
 * A load balancer: one public address in front of a pool of web servers. It spreads requests, notices who is dead, sends
 * a request that was refused to another server, and says honestly why when nobody can answer.
 */
import { distinctUntilChanged, map, startWith, switchMap, tap, timer } from 'rxjs';
import { isExpired } from '../../kernel/asks';
import type { Envelope } from '../../kernel/envelope';
import { machine } from '../../kernel/machine';
import { parseConfig } from '../../kernel/schema';
import type { Live, Tier } from '../../kernel/tier';
import { healthPing, healthPong } from '../../protocols/health';
import { type HttpRequest, httpRequest, httpResponse } from '../../protocols/http';
import { problemResponse } from '../../protocols/http-problem';
import { type Desk, Exchange } from './exchange';
import { Overload } from './overload';
import { policies } from './policies';
import { type Server, Servers } from './servers';
import {
  type BalancerConfig,
  type BalancerIn,
  type BalancerOut,
  type BalancerTurn,
  config,
  defaults,
} from './settings';

/** `lb-1`: answers `http.request` on port 80 with what a server of its pool answers. */
export const balancer: Tier<BalancerConfig, BalancerIn, BalancerOut> = {
  kind: 'lb',
  summary: 'load balancer: spreads requests over a pool, checks health, retries',
  port: 80,
  defaults,
  parse: parseConfig(config, defaults),
  accepts: [httpRequest, httpResponse, healthPing, healthPong],
  upstreams: ({ pool }) => [{ pool }],
  service: ({ requestServiceMs, responseServiceMs, mailboxMax }) => ({
    otherwise: responseServiceMs,
    byKind: { 'http.request': requestServiceMs },
    control: ['health.ping', 'health.pong'],
    mailboxMax,
    overflow: 'refuse',
  }),
  behave: (live) =>
    machine<BalancerIn, BalancerOut, Desk>(
      (turn) => start(turn, live),
      (desk, mail, turn) => step(desk, mail, turn),
    ),
};

function start(turn: BalancerTurn, live: Live<BalancerConfig>): Desk {
  const { node } = turn;
  const servers = new Servers(node.report, () => live.now);
  let chooser = policies[live.now.algorithm]();
  const desk: Desk = {
    turn,
    servers,
    overload: new Overload(() => live.now, node.report),
    settings: () => live.now,
    chooser: () => chooser,
    inFlight: 0,
    retries: 0,
  };

  const settings = live.changes.pipe(startWith(live.now));
  turn.during(
    settings.pipe(
      map(({ algorithm }) => algorithm),
      distinctUntilChanged(),
      tap((algorithm) => {
        chooser = policies[algorithm]();
      }),
    ),
  );
  turn.during(
    settings.pipe(
      map(({ pool }) => pool),
      distinctUntilChanged(),
      switchMap((pool) =>
        node.members.changes.pipe(
          startWith(node.members.now),
          map((members) => members[pool] ?? []),
        ),
      ),
      tap((pool) => servers.update(pool)),
    ),
  );
  turn.during(
    settings.pipe(
      map(({ probeEveryMs }) => probeEveryMs),
      distinctUntilChanged(),
      switchMap((everyMs) => timer(everyMs, everyMs, node.clock)),
      tap(() => {
        for (const server of servers.pool) probe(desk, server);
      }),
    ),
  );

  node.report.expose(() => ({
    algorithm: live.now.algorithm,
    servers: servers.view(),
    inFlight: desk.inFlight,
    retries: desk.retries,
    ...desk.overload.view(servers.pool),
  }));
  return desk;
}

function step(desk: Desk, mail: Envelope<BalancerIn>, turn: BalancerTurn): void {
  const { body } = mail;
  switch (body.kind) {
    case 'http.request':
      return take(desk, mail, body);
    case 'health.ping':
      return turn.reply(mail, { kind: 'health.pong', ready: true });
    default:
      return turn.reply(mail, { kind: 'error', reason: `${body.kind} is an answer; ${turn.node.self} asked nothing` });
  }
}

function take(desk: Desk, mail: Envelope, request: HttpRequest): void {
  const { inFlightMax } = desk.settings();
  if (desk.inFlight < inFlightMax) return new Exchange(desk, mail, request).start();
  const { self } = desk.turn.node;
  desk.turn.reply(mail, problemResponse(request, 503, `${self} is full: ${inFlightMax} requests are under way`, self));
}

function probe({ turn, servers, settings }: Desk, server: Server): void {
  turn.ask(server.id, { kind: 'health.ping' }, settings().probeTimeoutMs, (answer) => {
    if (isExpired(answer)) return servers.failed(server, `no answer to a probe within ${answer.budgetMs} ms`);
    const { body } = answer;
    if (body.kind === 'health.pong' && body.ready) servers.succeeded(server, true);
    else if (body.kind === 'refused' || body.kind === 'error') servers.failed(server, body.reason);
    else servers.failed(server, `${server.id} is not ready`);
  });
}
