/**
 * What can be done with JSON values, as plain functions: merge patches, paths, an order of scalars. Nothing is changed in
 * place, and a member named `__proto__` is a member like any other.
 */
import { compareKeys } from './hashing/key-order';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}
export type JsonScalar = null | boolean | number | string;

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * JSON merge patch (RFC 7396): members that are null go, objects are merged, everything else takes the place of what was.
 *
 * @example
 * mergePatch({ a: 1, b: { c: 2 } }, { a: null, b: { d: 3 } }); // { b: { c: 2, d: 3 } }
 */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const members = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) members.delete(name);
    else members.set(name, mergePatch(members.get(name), value));
  }
  return Object.fromEntries(members);
}

/** What lies at a path: names with dots between them, numbers for places in lists; `undefined` where nothing is. */
export function valueAt(value: Json, path: string): Json | undefined {
  let at: Json | undefined = value;
  for (const step of path.split('.')) {
    if (Array.isArray(at)) at = /^(0|[1-9]\d{0,8})$/.test(step) ? at[Number(step)] : undefined;
    else at = isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
    if (at === undefined) return undefined;
  }
  return at;
}

export function isScalar(value: Json | undefined): value is JsonScalar {
  return value === null || (value !== undefined && typeof value !== 'object');
}

/** Null, then false and true, then numbers, then texts by their code points. */
export function compareScalars(a: JsonScalar, b: JsonScalar): number {
  const byType = rankOf(a) - rankOf(b);
  if (byType !== 0) return byType;
  if (typeof a === 'string' && typeof b === 'string') return compareKeys(a, b);
  return Number(a) - Number(b);
}

/** Whether two values are of one type, so that one may be said to be below the other. */
export function isComparable(a: JsonScalar, b: JsonScalar): boolean {
  return rankOf(a) === rankOf(b);
}

function rankOf(value: JsonScalar): number {
  if (value === null) return 0;
  return typeof value === 'boolean' ? 1 : typeof value === 'number' ? 2 : 3;
}

/** Whether nothing is nested deeper than so many levels. */
export function isNestedWithin(value: Json, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  return Object.values(value).every((member: Json) => isNestedWithin(member, levels - 1));
}

/** A value from outside as JSON; `undefined` for what JSON cannot hold. */
export function jsonOf(value: unknown): { readonly text: string; readonly value: Json } | undefined {
  try {
    const text: string | undefined = JSON.stringify(value);
    return text === undefined ? undefined : { text, value: parseJson(text) };
  } catch {
    return undefined;
  }
}

/** Throws a `SyntaxError` where it is none. */
export function parseJson(text: string): Json {
  return JSON.parse(text);
}
