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
  return method === 'GET' || method === 'HEAD';
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

/** Whether the client would rather read HTML than JSON. */
export function wantsHtml(request: HttpRequest): boolean {
  return request.headers['accept']?.includes('text/html') === true;
}

/** The five characters that mean something in HTML, made harmless. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
