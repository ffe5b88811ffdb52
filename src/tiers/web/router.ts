/**
 * Paths to handlers: segments that are words match themselves, segments that start with `:` match anything and become
 * parameters.
 */
import type { HttpRequest, Method } from '../../protocols/http';

/** What a handler gets of the path. */
export interface Matched {
  /** By place of the `:` segments. */
  readonly parameters: readonly string[];
  /** What stands behind the `?`, or nothing. */
  readonly query: string;
}

/** @param desk what the server lets it know. */
export type Handler<Desk, Plan> = (request: HttpRequest, matched: Matched, desk: Desk) => Plan;

/** One path and what can be done there. */
export interface Route<Desk, Plan> {
  readonly path: string;
  readonly methods: Readonly<Partial<Record<Method, Handler<Desk, Plan>>>>;
}

/** What a router found: a handler, or why there is none. */
export type Found<Desk, Plan> =
  | { readonly handler: Handler<Desk, Plan>; readonly matched: Matched }
  | { readonly allow: string }
  | 'no such path'
  | 'bad escape';

export function router<Desk, Plan>(
  routes: readonly Route<Desk, Plan>[],
): (method: Method, path: string) => Found<Desk, Plan> {
  const compiled = routes.map((route) => ({ ...route, segments: segmentsOf(route.path) }));
  return (method, url) => {
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    const query = mark < 0 ? '' : url.slice(mark + 1);
    const segments = segmentsOf(path);
    for (const { segments: pattern, methods } of compiled) {
      if (!matches(pattern, segments)) continue;
      const handler = methods[method === 'HEAD' ? 'GET' : method];
      if (handler === undefined) return { allow: allowed(methods) };
      const parameters = parametersOf(pattern, segments);
      return parameters === undefined ? 'bad escape' : { handler, matched: { parameters, query } };
    }
    return 'no such path';
  };
}

/** The parameters of a query string; of one that is there twice the last counts. `undefined` for a bad escape. */
export function queryOf(query: string): ReadonlyMap<string, string> | undefined {
  const found = new Map<string, string>();
  for (const part of query.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = decoded(equals < 0 ? part : part.slice(0, equals));
    const value = decoded(equals < 0 ? '' : part.slice(equals + 1));
    if (name === undefined || value === undefined) return undefined;
    found.set(name, value);
  }
  return found;
}

/** `/users/12` and `/users/12/` are the same place. */
function segmentsOf(path: string): string[] {
  const end = path.length > 1 && path.endsWith('/') ? path.length - 1 : path.length;
  const segments: string[] = [];
  for (let from = 1; from < end; ) {
    const slash = path.indexOf('/', from);
    const to = slash < 0 || slash > end ? end : slash;
    segments.push(path.slice(from, to));
    from = to + 1;
  }
  return segments;
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  if (pattern.length !== segments.length) return false;
  for (let place = 0; place < pattern.length; place++) {
    const wanted = pattern[place];
    if (wanted !== segments[place] && wanted?.startsWith(':') !== true) return false;
  }
  return true;
}

function parametersOf(pattern: readonly string[], segments: readonly string[]): string[] | undefined {
  const parameters: string[] = [];
  for (let place = 0; place < pattern.length; place++) {
    if (pattern[place]?.startsWith(':') !== true) continue;
    const value = decoded(segments[place] ?? '');
    if (value === undefined) return undefined;
    parameters.push(value);
  }
  return parameters;
}

function decoded(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function allowed(methods: Readonly<Partial<Record<Method, unknown>>>): string {
  const named = Object.keys(methods).flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  return [...named, 'OPTIONS'].join(', ');
}
