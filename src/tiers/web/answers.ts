/**
 * What all routes have in common: the form in which the client likes its answer, and what may be wrong with a request.
 */
import type { TSchema } from '@sinclair/typebox';
import type { Schema, Static } from '../../kernel/schema';
import { type HttpRequest, type HttpResponse, wantsHtml } from '../../protocols/http';
import { problemResponse } from '../../protocols/http-problem';
import { etagOf, notModified } from './conditions';
import type { Plan } from './plan';
import { type Matched, queryOf } from './router';

/** Whoever keeps a response on its way must not hand a page to who wants JSON (RFC 9110, 12.5.5). */
const vary = 'accept';
const bodyMax = 64_000;
const pageMax = 100;

/** What is answered, in both forms. */
export interface Shown {
  json(): unknown;
  html(): string;
  /** The version of what is shown: a client that has it already gets a 304. */
  readonly version?: number | string;
}

/** In the form that the client likes best; without the body for a HEAD. */
export function answer(request: HttpRequest, via: string, status: number, shown: Shown): HttpResponse {
  const { version } = shown;
  const asHtml = wantsHtml(request);
  const etag = version === undefined ? undefined : etagOf(version, asHtml);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (etag !== undefined && isRead && notModified(request, etag)) {
    return { kind: 'http.response', status: 304, headers: { via, etag, vary }, body: '' };
  }
  const type = asHtml ? 'text/html; charset=utf-8' : 'application/json';
  const headers = etag === undefined ? { 'content-type': type, via, vary } : { 'content-type': type, via, etag, vary };
  const body = request.method === 'HEAD' ? '' : asHtml ? shown.html() : JSON.stringify(shown.json());
  return { kind: 'http.response', status, headers, body };
}

/** It is done, and there is nothing to show. */
export function done(via: string): HttpResponse {
  return { kind: 'http.response', status: 204, headers: { via }, body: '' };
}

/** Nothing was written: there is no such row, or not as the client says that it is. */
export function untouched(request: HttpRequest, via: string, what: string, isThere: boolean): HttpResponse {
  if (!isThere) return problemResponse(request, 404, `there is no ${what}`, via);
  const match = request.headers['if-match'];
  const reason =
    match === undefined || match === '*' || match.includes('"')
      ? `${what} has another version by now; read it again`
      : `if-match: ${match.slice(0, 40)} is no entity tag; those stand in double quotes`;
  return problemResponse(request, 412, reason, via);
}

/** A parameter of the path that is an id; a 400 where it is none. */
export function withId(
  request: HttpRequest,
  { parameters }: Matched,
  self: string,
  handle: (id: number) => Plan,
  place = 0,
): Plan {
  const given = parameters[place] ?? '';
  const id = wholeNumber(given);
  if (id !== undefined && id > 0) return handle(id);
  return problemResponse(request, 400, `id: expected a whole number above 0, got ${given.slice(0, 40)}`, self);
}

/** Two of them: whose, and which. */
export function withIds(
  request: HttpRequest,
  matched: Matched,
  self: string,
  handle: (user: number, id: number) => Plan,
): Plan {
  return withId(request, matched, self, (user) => withId(request, matched, self, (id) => handle(user, id), 1));
}

/** A body of a shape; a 400 or 413 where there is none. */
export function withBody<S extends TSchema>(
  request: HttpRequest,
  self: string,
  shape: Schema<S>,
  handle: (value: Static<S>) => Plan,
): Plan {
  const { body } = request;
  if (body === undefined || body === '') return problemResponse(request, 400, 'body: expected JSON, got nothing', self);
  if (body.length > bodyMax) {
    return problemResponse(request, 413, `body: ${body.length} characters; at most ${bodyMax} are taken`, self);
  }
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (failure) {
    return problemResponse(request, 400, `body: ${failure instanceof Error ? failure.message : 'not JSON'}`, self);
  }
  if (shape.accepts(value)) return handle(value);
  return problemResponse(request, 400, shape.problem(value), self);
}

/** Which part of a list is wanted. */
export interface Range {
  /** At most so many ... */
  readonly limit: number;
  /** ... from this id on, itself left out. */
  readonly from: number;
}

/**
 * The part of a list that a query asks for; a 400 where it makes no sense.
 *
 * @param name of the parameter that holds the id: `after` counts up, `before` down.
 */
export function withRange(
  request: HttpRequest,
  { query }: Matched,
  self: string,
  name: 'after' | 'before',
  handle: (range: Range) => Plan,
): Plan {
  const given = queryOf(query);
  if (given === undefined) return problemResponse(request, 400, `query: bad % escape in ${query}`, self);
  const limit = wholeNumber(given.get('limit') ?? '20');
  const first = name === 'after' ? 0 : Number.MAX_SAFE_INTEGER;
  const text = given.get(name);
  const from = text === undefined ? first : wholeNumber(text);
  if (limit === undefined || limit < 1 || limit > pageMax) {
    return problemResponse(request, 400, `limit: expected a whole number from 1 to ${pageMax}`, self);
  }
  if (from === undefined) return problemResponse(request, 400, `${name}: expected an id`, self);
  return handle({ limit, from });
}

/** Decimal digits only: `1e3`, ` 1` and `0x1` are not ids. */
function wholeNumber(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
