/**
 * Requests and responses between users, balancers and web servers: the semantics of HTTP (RFC 9110) without its bytes.
 * Header names are lower case.
 */
import { type BodyOf, message, Type, texts } from '../kernel/schema';

export const httpRequest = message('http.request', {
  method: Type.Union([
    Type.Literal('GET'),
    Type.Literal('HEAD'),
    Type.Literal('POST'),
    Type.Literal('PUT'),
    Type.Literal('PATCH'),
    Type.Literal('DELETE'),
    Type.Literal('OPTIONS'),
  ]),
  /** Path and query: `/users/12?fields=name`. */
  path: Type.String(),
  headers: texts,
  body: Type.Optional(Type.String()),
});
export type HttpRequest = BodyOf<typeof httpRequest>;
export type Method = HttpRequest['method'];

/** The `via` header lists the nodes that a response came through, nearest to its origin first (RFC 9110, 7.6.3). */
export const httpResponse = message('http.response', {
  status: Type.Integer({ minimum: 100, maximum: 599 }),
  headers: texts,
  body: Type.String(),
});
export type HttpResponse = BodyOf<typeof httpResponse>;

/**
 * How new the data is that a user has seen, as a log position of the site's store: a response tells it, and the user's
 * device sends it along with what it asks next, as it would a cookie.
 */
export const positionHeader = 'x-position';

/** Methods that change nothing (RFC 9110, 9.2.1). */
export function isSafe(method: Method): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

/** Methods that may be sent twice without doing it twice (RFC 9110, 9.2.2). */
export function isIdempotent(method: Method): boolean {
  return method !== 'POST' && method !== 'PATCH';
}

/**
 * What a hop hands down of the time it has left: a tenth is kept back, so that when the next hop runs out of time this
 * one can still say so before its own caller has given up.
 */
export function budgetBelow(budgetMs: number): number {
  return budgetMs * 0.9;
}

/**
 * Whether the client would rather read HTML than JSON (RFC 9110, 12.5.1). Who names neither, or neither is good enough for,
 * gets JSON: that is more use than a 406.
 */
export function wantsHtml({ headers }: HttpRequest): boolean {
  const { accept } = headers;
  if (accept === undefined || !/text\//i.test(accept)) return false;
  const ranges = rangesOf(accept);
  const html = qualityOf(ranges, ['text/html', 'text/*']);
  return html > 0 && html >= qualityOf(ranges, ['application/json', 'application/*', '*/*']);
}

type Ranges = ReadonlyMap<string, number>;

/** What a client takes, and how much it would like it, from 0 to 1. */
function rangesOf(accept: string): Ranges {
  return new Map(
    accept.split(',').map((range) => {
      const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
      const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return [type, quality === undefined ? 1 : Number(quality)];
    }),
  );
}

/** The most exact range counts. */
function qualityOf(ranges: Ranges, fromExact: readonly string[]): number {
  const exact = fromExact.find((range) => ranges.has(range));
  return exact === undefined ? 0 : (ranges.get(exact) ?? 0);
}

/** The five characters that mean something in HTML, made harmless. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
