/**
 * A user's device on the internet: a browser or a mobile app that fetches one URL, or a crowd of them that keeps up a
 * load. It resolves the site's domain through DNS, then speaks HTTP to the address that it got.
 */
import type { Envelope } from '../../kernel/envelope';
import { machine } from '../../kernel/machine';
import { parseConfig, type Static, Type } from '../../kernel/schema';
import { type ServiceLaw, serviceLaw } from '../../kernel/service';
import type { Live, Tier } from '../../kernel/tier';
import type { ClientFetch, ClientLoad, ClientResponse } from '../../protocols/client';
import { type HttpRequest, httpRequest } from '../../protocols/http';
import { type ClientIn, type ClientOut, type ClientTurn, clientAccepts } from './conversation';
import { Cookies } from './cookies';
import { History } from './history';
import { Load } from './load';
import { Resolver } from './resolver';
import { Retries, retryDefaults, retrySettings } from './retries';
import { type Ending, Transport } from './transport';
import { parseUrl } from './url';

const config = Type.Object({
  /** An app asks for JSON, a browser for HTML. */
  device: Type.Union([Type.Literal('app'), Type.Literal('browser')]),
  /** The domain that a URL without a host means. */
  site: Type.String({ minLength: 1 }),
  /** The name server that the device asks, as `ip:port`. */
  resolver: Type.String({ minLength: 1 }),
  dnsTimeoutMs: Type.Number({ exclusiveMinimum: 0 }),
  dnsAttempts: Type.Integer({ minimum: 1, maximum: 10 }),
  dnsCacheMax: Type.Integer({ minimum: 1 }),
  /** Requests that may be out at once; the next one fails as `too many outstanding`. */
  outstandingMax: Type.Integer({ minimum: 1 }),
  /** Whether operations are recorded as a history for checkers. */
  recording: Type.Boolean(),
  ...retrySettings,
  serviceMs: serviceLaw,
  mailboxMax: Type.Integer({ minimum: 1 }),
});
export type ClientConfig = Static<typeof config>;

const defaults: ClientConfig = {
  device: 'app',
  site: 'api.mysite.com',
  resolver: '198.51.100.53:53',
  dnsTimeoutMs: 1_000,
  dnsAttempts: 3,
  dnsCacheMax: 1_000,
  outstandingMax: 10_000,
  recording: true,
  ...retryDefaults,
  // Devices are not what is studied: a crowd stands for many of them, so they cost nothing.
  serviceMs: 0,
  mailboxMax: 100_000,
};

interface Device {
  readonly resolver: Resolver;
  readonly requests: Retries;
  readonly cookies: Cookies;
  readonly history: History;
  load: Load | undefined;
  fetching: number;
}

/** `app-1`, `browser-1`, `crowd-1`: answers `client.fetch`, `client.load`, `client.stop` and `client.ask`. */
export const client: Tier<ClientConfig, ClientIn, ClientOut> = {
  kind: 'client',
  summary: 'users on the internet: a browser, a mobile app or a crowd',
  port: 0,
  defaults,
  parse: parseConfig(config, defaults),
  accepts: clientAccepts,
  upstreams: ({ resolver }) => [{ address: resolver }],
  service: ({ serviceMs, mailboxMax }) => ({
    otherwise: serviceMs satisfies ServiceLaw,
    control: ['health.ping'],
    mailboxMax,
    overflow: 'refuse',
  }),
  behave: (live) =>
    machine<ClientIn, ClientOut, Device>(
      (turn) => start(turn, live),
      (device, mail, turn) => step(device, mail, turn, live.now),
    ),
};

function start(turn: ClientTurn, live: Live<ClientConfig>): Device {
  const resolver = new Resolver(turn, () => live.now);
  const history = new History(`${turn.node.self}.${turn.node.incarnation}`, turn.node.report);
  const requests = new Retries(turn, new Transport(turn, resolver), () => live.now);
  const cookies = new Cookies(() => turn.nowMs);
  const device: Device = { resolver, requests, cookies, history, load: undefined, fetching: 0 };
  turn.node.report.expose(() => ({
    device: live.now.device,
    site: live.now.site,
    names: resolver.view(),
    fetching: device.fetching,
    ...(live.now.attemptsMax === 1 ? {} : { retries: requests.view() }),
    load: device.load?.report(),
  }));
  return device;
}

function step(device: Device, mail: Envelope<ClientIn>, turn: ClientTurn, settings: ClientConfig): void {
  const { body } = mail;
  switch (body.kind) {
    case 'client.fetch':
      return fetchOne(device, mail, body, turn, settings);
    case 'client.load':
      return beginLoad(device, mail, body, turn, settings);
    case 'client.stop':
      device.load?.stop();
      return report(device, mail, turn);
    case 'client.ask':
      return report(device, mail, turn);
    case 'health.ping':
      return turn.reply(mail, { kind: 'health.pong', ready: true });
    default:
      return turn.reply(mail, { kind: 'error', reason: `${body.kind} is an answer; ${turn.node.self} asked nothing` });
  }
}

/** Whoever holds the device in their hand. */
const oneUser = '';

function fetchOne(device: Device, mail: Envelope, order: ClientFetch, turn: ClientTurn, settings: ClientConfig): void {
  const startMs = turn.nowMs;
  const refuse = (problem: string): void =>
    turn.reply(mail, { kind: 'client.response', status: 0, headers: {}, body: '', ms: 0, via: [], problem });
  const target = parseUrl(order.url, settings.site);
  if (typeof target === 'string') return refuse(target);
  const request = requestOf(order, target.path, target.host, settings);
  if (!httpRequest.accepts(request)) return refuse(`bad request: ${httpRequest.problem(request)}`);
  if (device.fetching >= settings.outstandingMax) return refuse(`too many outstanding requests (${device.fetching})`);
  device.fetching++;
  const recorded = settings.recording ? device.history.begin(request) : undefined;
  const { requests, cookies } = device;
  requests.send(target, cookies.dress(oneUser, target.host, request), order.timeoutMs, (ending) => {
    cookies.hear(oneUser, target.host, ending);
    device.fetching--;
    recorded?.end(ending);
    turn.reply(mail, responseOf(ending, turn.nowMs - startMs));
  });
}

/** What the device makes of an order; the method is whatever the user said, so the protocol still has to judge it. */
function requestOf(
  { method, headers, body }: ClientFetch,
  path: string,
  host: string,
  settings: ClientConfig,
): Omit<HttpRequest, 'method'> & { readonly method: string } {
  const lowered = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    kind: 'http.request',
    method: method.toUpperCase(),
    path,
    headers: { accept: acceptOf(settings), host, ...lowered },
    ...(body === undefined ? {} : { body }),
  };
}

function responseOf(ending: Ending, tookMs: number): ClientResponse {
  const ms = Math.round(tookMs * 1_000) / 1_000;
  if (ending.kind === 'problem') {
    return { kind: 'client.response', status: 0, headers: {}, body: '', ms, via: [], problem: ending.text };
  }
  const { status, headers, body } = ending;
  const via = (headers['via'] ?? '').split(', ').filter((hop) => hop !== '');
  return { kind: 'client.response', status, headers, body, ms, via: via.reverse() };
}

function beginLoad(device: Device, mail: Envelope, order: ClientLoad, turn: ClientTurn, settings: ClientConfig): void {
  const target = parseUrl('/', settings.site);
  if (typeof target === 'string') return turn.reply(mail, { kind: 'error', reason: target });
  device.load?.stop();
  const { site, outstandingMax, recording } = settings;
  const how = { site, outstandingMax, recording, accept: acceptOf(settings) };
  device.load = new Load(turn, device, how, order, target);
  turn.reply(mail, {
    kind: 'client.loading',
    text: `${turn.node.self} asks ${site} for users 1 to ${order.users}: ${shapeOf(order)}`,
  });
}

function shapeOf({ shape, writes, likes = 0, popularity }: ClientLoad): string {
  const how =
    shape.loop === 'open'
      ? `open loop, ${shape.ratePerS} requests/s ${shape.arrivals === 'constant' ? 'evenly spaced' : 'at random moments'}`
      : `closed loop, ${shape.users} users who think for ${shape.thinkMs} ms`;
  const liking = likes > 0 ? `${how}, ${Math.round(likes * 100)}% likes` : how;
  const writing = writes > 0 ? `${liking}, ${Math.round(writes * 100)}% writes` : liking;
  if (popularity === undefined) return writing;
  return popularity.law === 'zipf'
    ? `${writing}, by Zipf's law with theta ${popularity.theta}`
    : `${writing}, ${Math.round(popularity.share * 100)}% for user ${popularity.user} alone`;
}

function report(device: Device, mail: Envelope, turn: ClientTurn): void {
  if (device.load === undefined)
    return turn.reply(mail, { kind: 'error', reason: `${turn.node.self} has had no load` });
  turn.reply(mail, device.load.report());
}

function acceptOf({ device }: ClientConfig): string {
  return device === 'browser' ? 'text/html' : 'application/json';
}
