/**
 * What a user's device is told to do: fetch one URL, or keep up a load; and what it tells of how that went.
 */
import { type BodyOf, message, Type, texts } from '../kernel/schema';

/** Fetch a URL (`/users/12` means the site's own domain) as the browser or app that the client is. */
export const clientFetch = message('client.fetch', {
  method: Type.String(),
  url: Type.String(),
  headers: texts,
  body: Type.Optional(Type.String()),
  timeoutMs: Type.Number({ exclusiveMinimum: 0 }),
});
export type ClientFetch = BodyOf<typeof clientFetch>;

/**
 * How a fetch ended. Status 0: no HTTP response came; `problem` says why (no such name, refused, timed out).
 */
export const clientResponse = message('client.response', {
  status: Type.Integer(),
  headers: texts,
  body: Type.String(),
  ms: Type.Number(),
  /** The nodes that the response came through, nearest to the user first. */
  via: Type.Array(Type.String()),
  problem: Type.Optional(Type.String()),
});
export type ClientResponse = BodyOf<typeof clientResponse>;

/** How requests arrive: open loop at a rate, whatever comes back; or closed loop, as many users who think in between. */
export const loadShape = Type.Union([
  Type.Object({
    loop: Type.Literal('open'),
    ratePerS: Type.Number({ exclusiveMinimum: 0, maximum: 1_000_000 }),
    arrivals: Type.Union([Type.Literal('constant'), Type.Literal('poisson')]),
  }),
  Type.Object({
    loop: Type.Literal('closed'),
    users: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    thinkMs: Type.Number({ minimum: 0 }),
  }),
]);

/** Which users are asked for more than others: by Zipf's law, or one who is famous. */
export const popularity = Type.Union([
  Type.Object({ law: Type.Literal('zipf'), theta: Type.Number({ minimum: 0, maximum: 10 }) }),
  Type.Object({
    law: Type.Literal('hot'),
    user: Type.Integer({ minimum: 1 }),
    share: Type.Number({ minimum: 0, maximum: 1 }),
  }),
]);

/** Keep up a load until told to stop; replaces the load before. Answered with `client.loading`. */
export const clientLoad = message('client.load', {
  shape: loadShape,
  /** Share of requests that write, 0 to 1. */
  writes: Type.Number({ minimum: 0, maximum: 1 }),
  /** Share of requests that like a user, 0 to 1: a write that adds to one of many parts of a count. */
  likes: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  /** Users 1 to this many are asked for, each as often as the others unless `popularity` says otherwise. */
  users: Type.Integer({ minimum: 1, maximum: 10_000_000 }),
  popularity: Type.Optional(popularity),
  timeoutMs: Type.Number({ exclusiveMinimum: 0 }),
});
export type ClientLoad = BodyOf<typeof clientLoad>;
export type LoadShape = ClientLoad['shape'];

/** Stop the load; answered with the `client.report` of it. */
export const clientStop = message('client.stop', {});
export type ClientStop = BodyOf<typeof clientStop>;

export const clientLoading = message('client.loading', { text: Type.String() });
export type ClientLoading = BodyOf<typeof clientLoading>;

/** How is it going? Answered with `client.report`. */
export const clientAsk = message('client.ask', {});
export type ClientAsk = BodyOf<typeof clientAsk>;

/** Since the load began. Latency counts from the moment at which a request was due, not from when it could be sent. */
export const clientReport = message('client.report', {
  running: Type.Boolean(),
  seconds: Type.Number(),
  sent: Type.Integer(),
  ok: Type.Integer(),
  failed: Type.Integer(),
  /** Failures by what the user saw: `503`, `timed out` ... */
  failures: Type.Record(Type.String(), Type.Integer()),
  p50Ms: Type.Number(),
  p95Ms: Type.Number(),
  p99Ms: Type.Number(),
  maxMs: Type.Number(),
  /** Requests that were sent once more; absent while there were none. */
  retries: Type.Optional(Type.Integer()),
  /** The same of the last second alone, of a load that runs. */
  lately: Type.Optional(
    Type.Object({
      ok: Type.Integer(),
      failed: Type.Integer(),
      p50Ms: Type.Number(),
      p95Ms: Type.Number(),
      p99Ms: Type.Number(),
    }),
  ),
});
export type ClientReport = BodyOf<typeof clientReport>;
