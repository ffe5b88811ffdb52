/**
 * One request on its way through the balancer: who was tried, how much time is left, and what to do when a server does
 * not answer as it should.
 */
import { type Answer, isExpired } from '../../kernel/asks';
import type { KernelAnswer, Refused } from '../../kernel/control';
import type { Envelope } from '../../kernel/envelope';
import { withSetCookie } from '../../protocols/cookies';
import { budgetBelow, type HttpRequest, type HttpResponse, isIdempotent } from '../../protocols/http';
import { problemResponse } from '../../protocols/http-problem';
import type { Overload } from './overload';
import type { Arrival, Chooser } from './policy';
import type { Server, Servers } from './servers';
import type { BalancerConfig, BalancerIn, BalancerTurn } from './settings';

/** What all exchanges of one balancer share. */
export interface Desk {
  readonly turn: BalancerTurn;
  readonly servers: Servers;
  readonly overload: Overload;
  readonly settings: () => BalancerConfig;
  readonly chooser: () => Chooser;
  inFlight: number;
  retries: number;
}

export class Exchange {
  private readonly untilMs: number;
  private readonly forwarded: HttpRequest;
  private tried: readonly Server[] = noServers;

  constructor(
    private readonly desk: Desk,
    private readonly mail: Envelope,
    private readonly request: HttpRequest,
  ) {
    const { requestMs } = desk.settings();
    const budgetMs = mail.budgetMs === undefined ? requestMs : Math.min(requestMs, mail.budgetMs);
    this.untilMs = desk.turn.nowMs + budgetMs;
    this.forwarded = forward(request, mail.from);
  }

  start(): void {
    this.desk.inFlight++;
    this.desk.overload.came();
    this.attempt('');
  }

  private attempt(before: string): void {
    const { turn, servers, overload, chooser } = this.desk;
    const server = this.pick(overload.trusted(servers.candidates, turn.nowMs), chooser());
    if (server === undefined) return this.fail(503, this.whyNobody(before));
    const leftMs = this.untilMs - turn.nowMs;
    if (leftMs <= 0)
      return this.fail(504, before === '' ? 'no time was left to pass it on' : `no time left; ${before}`);
    server.inFlight++;
    const pass = overload.enter(server, turn.nowMs);
    turn.ask(server.id, this.forwarded, budgetBelow(leftMs), (answer) => {
      server.inFlight--;
      overload.leave(server, pass, statusOf(answer), turn.nowMs);
      this.hear(server, answer);
    });
  }

  private whyNobody(before: string): string {
    if (before !== '') return `no other server left; ${before}`;
    const { servers } = this.desk;
    if (servers.candidates.length > 0) return 'all servers answer with failures; they are left alone for a while';
    return `no healthy server: ${servers.describe()}`;
  }

  private pick(candidates: readonly Server[], chooser: Chooser): Server | undefined {
    const { tried } = this;
    const left = tried.length === 0 ? candidates : candidates.filter((server) => !tried.includes(server));
    if (left.length === 0) return undefined;
    return left[chooser.choose(left, this.arrival(), this.desk.turn.node.random)];
  }

  private arrival(): Arrival {
    const { path, headers } = this.request;
    return { from: this.mail.from, path, headers };
  }

  private hear(server: Server, answer: Answer<BalancerIn | KernelAnswer>): void {
    const { servers } = this.desk;
    if (isExpired(answer)) {
      const problem = `${server.id} did not answer within ${Math.round(answer.budgetMs)} ms`;
      servers.failed(server, problem);
      return this.fail(504, problem);
    }
    const { body } = answer;
    if (body.kind === 'http.response') {
      server.served++;
      servers.succeeded(server, false);
      return this.finish(body, server);
    }
    if (body.kind === 'refused') return this.refused(server, body);
    this.fail(502, body.kind === 'error' ? `${server.id}: ${body.reason}` : `${server.id} answered ${body.kind}`);
  }

  /**
   * A refused request was never acted upon, so any of them may go to another server; after a reset nobody knows, and
   * only what may be done twice is sent again.
   */
  private refused(server: Server, { because, reason }: Refused): void {
    const { desk, request } = this;
    // A full mailbox is no reason to eject: the others would only get fuller.
    if (because !== 'overloaded') desk.servers.failed(server, reason);
    this.tried = [...this.tried, server];
    const mayRetry = because !== 'reset' || isIdempotent(request.method);
    if (!mayRetry) return this.fail(502, `${reason}; ${request.method} is not sent twice, it may have been done`);
    if (this.tried.length >= desk.settings().attemptsMax)
      return this.fail(503, `${this.tried.length} servers tried; ${reason}`);
    if (!desk.overload.mayRetry()) return this.fail(503, `too many requests were sent twice of late; ${reason}`);
    desk.retries++;
    this.attempt(reason);
  }

  private finish(response: HttpResponse, server: Server): void {
    const { desk } = this;
    const via = response.headers['via'];
    const headers = { ...response.headers, via: `${via ?? server.id}, ${desk.turn.node.self}` };
    const cookie = desk.chooser().mark(server, this.arrival());
    this.respond({
      kind: 'http.response',
      status: response.status,
      headers: cookie === undefined ? headers : withSetCookie(headers, cookie),
      body: response.body,
    });
  }

  private fail(status: number, reason: string): void {
    this.respond(problemResponse(this.request, status, reason, this.desk.turn.node.self));
  }

  private respond(response: HttpResponse): void {
    this.desk.inFlight--;
    this.desk.turn.reply(this.mail, response);
  }
}

const noServers: readonly Server[] = [];

function statusOf(answer: Answer<BalancerIn | KernelAnswer>): number | undefined {
  return isExpired(answer) || answer.body.kind !== 'http.response' ? undefined : answer.body.status;
}

/** The same request on behalf of whoever sent it. */
function forward({ method, path, headers, body }: HttpRequest, from: string): HttpRequest {
  const before = headers['x-forwarded-for'];
  // What is new comes first: to add a name to what a spread made takes V8 ten times as long as the spread.
  const passed =
    before === undefined
      ? { 'x-forwarded-for': from, ...headers }
      : { ...headers, 'x-forwarded-for': `${before}, ${from}` };
  return body === undefined
    ? { kind: 'http.request', method, path, headers: passed }
    : { kind: 'http.request', method, path, headers: passed, body };
}
