/**
 * A web server: HTTP in, SQL out, HTML or JSON back. Between requests it keeps at most who is logged in; where that is kept
 * elsewhere, any of its kind can answer anybody.
 */

import { Fifo } from '../../algorithms/fifo';
import { Copies } from '../../consensus/asking/copies';
import type { Envelope, NodeId } from '../../kernel/envelope';
import { machine } from '../../kernel/machine';
import { parseConfig, type Static, Type } from '../../kernel/schema';
import { serviceLaw } from '../../kernel/service';
import type { Live, Tier } from '../../kernel/tier';
import { CacheRing } from '../../protocols/cache-ring';
import type { HttpRequest, HttpResponse } from '../../protocols/http';
import { problemResponse } from '../../protocols/http-problem';
import { Caching } from './caching';
import { cachingDefaults, cachingPools, cachingSettings } from './caching/settings';
import { type WebIn, type WebOut, type WebTurn, webAccepts } from './conversation';
import type { Desk } from './desk';
import { Errand, type Means } from './errand';
import { freshnessOf, readsSetting } from './freshness';
import { Overload, overloadDefaults, overloadSettings } from './overload';
import { planFor } from './routes';
import { ChosenSessions } from './sessions';
import { LoginLimit } from './sessions/login-limit';
import { newSalt, newSessionId } from './sessions/session';
import { sessionDefaults, sessionPool, sessionSettings } from './sessions/settings';

const config = Type.Object({
  /** The pool of databases. */
  databases: Type.String({ minLength: 1 }),
  /** How fresh data must be for who does not say so: `newest` is read at the primary, all else at the replicas too. */
  reads: readsSetting,
  /** How a feed is read: joined by the one database, or out of a table that is kept for it, as a site over shards has. */
  feed: Type.Union([Type.Literal('join'), Type.Literal('table')]),
  /** For how long a database that failed is asked only if nobody else is there. */
  avoidMs: Type.Number({ minimum: 0 }),
  /** Requests that are worked on at once: a worker waits with its request for the database. */
  workers: Type.Integer({ minimum: 1 }),
  /** Requests that wait for a worker; the next one gets a 503. */
  backlog: Type.Integer({ minimum: 0 }),
  /** A request that is not done by then gets a 504; less if its client has less time left. */
  requestMs: Type.Number({ exclusiveMinimum: 0 }),
  ...overloadSettings,
  ...sessionSettings,
  ...cachingSettings,
  /** CPU time of parsing, routing and rendering one request. */
  requestServiceMs: serviceLaw,
  /** CPU time of taking in one answer of the database. */
  answerServiceMs: serviceLaw,
  mailboxMax: Type.Integer({ minimum: 1 }),
});
export type WebConfig = Static<typeof config>;

const defaults: WebConfig = {
  databases: 'db',
  reads: 'newest',
  feed: 'join',
  avoidMs: 1_000,
  workers: 256,
  backlog: 1_024,
  requestMs: 2_000,
  ...overloadDefaults,
  ...sessionDefaults,
  ...cachingDefaults,
  requestServiceMs: 0.5,
  answerServiceMs: 0.05,
  mailboxMax: 10_000,
};

/** A request that waits for a worker. */
interface Waiting {
  readonly mail: Envelope;
  readonly request: HttpRequest;
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** `web-1`: answers `http.request` on port 80. */
export const web: Tier<WebConfig, WebIn, WebOut> = {
  kind: 'web',
  summary: 'web server: users, posts, feeds and photos as JSON and HTML',
  port: 80,
  defaults,
  parse: parseConfig(config, defaults),
  accepts: webAccepts,
  upstreams: (settings) => {
    const held = sessionPool(settings);
    const cached = cachingPools(settings).filter((pool) => pool !== held);
    return [
      { pool: settings.databases },
      ...(held === undefined ? [] : [{ pool: held }]),
      ...cached.map((pool) => ({ pool, optional: true })),
    ];
  },
  service: ({ requestServiceMs, answerServiceMs, mailboxMax }) => ({
    otherwise: answerServiceMs,
    byKind: { 'http.request': requestServiceMs },
    control: ['health.ping', 'caching.ask'],
    mailboxMax,
    overflow: 'refuse',
  }),
  behave: (live) =>
    machine<WebIn, WebOut, Workers>(
      (turn) => new Workers(turn, live),
      (workers, mail, turn) => step(workers, mail, turn),
    ),
};

function step(workers: Workers, mail: Envelope<WebIn>, turn: WebTurn): void {
  const { body } = mail;
  switch (body.kind) {
    case 'http.request':
      return workers.take(mail, body);
    case 'health.ping':
      return turn.reply(mail, { kind: 'health.pong', ready: true });
    case 'caching.ask':
      return turn.reply(mail, workers.caching.standing());
    default:
      return turn.reply(mail, { kind: 'error', reason: `${body.kind} is an answer; ${turn.node.self} asked nothing` });
  }
}

/** Hands requests to workers, of which there are only so many. */
class Workers implements Means {
  private readonly backlog = new Fifo<Waiting>();
  private busy = 0;
  private turnedAway = 0;
  readonly databases: Copies;
  readonly sessionStore: Copies;
  readonly caching: Caching;
  private caches = new CacheRing([]);
  private readonly overload: Overload;
  private readonly desk: Desk;

  constructor(
    readonly turn: WebTurn,
    private readonly live: Live<WebConfig>,
  ) {
    this.databases = new Copies(
      () => turn.node.members.now[live.now.databases] ?? [],
      () => live.now,
    );
    this.overload = new Overload(() => live.now, turn.node.report);
    this.sessionStore = new Copies(
      () => membersOf(turn, sessionPool(live.now)),
      () => live.now,
    );
    this.desk = deskOf(turn, live);
    this.caching = new Caching(turn, () => live.now, this.databases);
    turn.node.report.expose(() => ({
      workers: live.now.workers,
      busy: this.busy,
      backlog: this.backlog.length,
      turnedAway: this.turnedAway,
      ...this.overload.view(),
      sessions: this.desk.sessions.view(),
      ...this.caching.view(),
      ...(this.databases.isReplicated ? { databases: this.databases.view() } : {}),
    }));
  }

  get sessionCaches(): CacheRing {
    const servers = membersOf(this.turn, sessionPool(this.live.now));
    if (servers !== this.caches.servers) this.caches = new CacheRing(servers);
    return this.caches;
  }

  take(mail: Envelope, request: HttpRequest): void {
    const { workers, backlog, requestMs } = this.live.now;
    const budgetMs = mail.budgetMs === undefined ? requestMs : Math.min(requestMs, mail.budgetMs);
    if (this.busy < this.overload.workers) return this.work(mail, request, budgetMs);
    if (this.backlog.length >= backlog) {
      this.turnedAway++;
      const reason = `${this.turn.node.self} is busy: ${workers} workers and a backlog of ${backlog} are full`;
      return this.respond(mail, this.problem(request, 503, reason));
    }
    const sinceMs = this.turn.nowMs;
    this.overload.waits(sinceMs);
    this.backlog.push({ mail, request, sinceMs, untilMs: sinceMs + budgetMs });
  }

  private work(mail: Envelope, request: HttpRequest, budgetMs: number): void {
    const { turn } = this;
    const plan = planFor(request, this.desk);
    if (plan.kind === 'http.response') return this.respond(mail, plan);
    const freshness = freshnessOf(request, this.live.now.reads);
    if (typeof freshness === 'object' && 'problem' in freshness) {
      return this.respond(mail, this.problem(request, 400, freshness.problem));
    }
    const admission = this.overload.enter(turn.nowMs, budgetMs);
    if (admission === undefined) {
      return this.respond(mail, this.problem(request, 503, 'the database fails; it is left alone for a while'));
    }
    this.busy++;
    new Errand(this, request, freshness, turn.nowMs + budgetMs, (response) => {
      this.overload.leave(admission, response.status, turn.nowMs, this.busy);
      this.busy--;
      this.respond(mail, response);
      this.next();
    }).carryOut(plan);
  }

  private next(): void {
    const { nowMs } = this.turn;
    while (this.busy < this.overload.workers) {
      const waiting = this.backlog.shift();
      if (waiting === undefined) return;
      if (this.backlog.length === 0) this.overload.noneWaits();
      const { mail, request, sinceMs, untilMs } = waiting;
      const waitedMs = nowMs - sinceMs;
      if (!this.overload.refuses(waitedMs, nowMs)) this.work(mail, request, untilMs - nowMs);
      else this.respond(mail, this.problem(request, 503, `no worker was free within ${Math.round(waitedMs)} ms`));
    }
  }

  private problem(request: HttpRequest, status: number, reason: string): HttpResponse {
    return problemResponse(request, status, reason, this.turn.node.self);
  }

  private respond(mail: Envelope, response: HttpResponse): void {
    this.turn.reply(mail, response);
  }
}

const nobody: readonly NodeId[] = [];

function membersOf({ node }: WebTurn, pool: string | undefined): readonly NodeId[] {
  return pool === undefined ? nobody : (node.members.now[pool] ?? nobody);
}

function deskOf({ node }: WebTurn, live: Live<WebConfig>): Desk {
  const settings = (): WebConfig => live.now;
  const nowMs = (): number => node.clock.now();
  const wallNowMs = (): number => node.wallNowMs();
  const secret = node.secret.fork('sessions');
  const random = node.random.fork('routes');
  return {
    self: node.self,
    get settings() {
      return live.now;
    },
    sessions: new ChosenSessions(settings, { nowMs, wallNowMs }),
    logins: new LoginLimit(() => live.now.loginsPerMinute, nowMs),
    newSessionId: (user) => newSessionId(user, secret),
    newSalt: () => newSalt(secret),
    draw: (below) => random.int(below),
    wallNowMs,
  };
}
