/**
 * Values as histories carry them: plain data out of JSON or EDN. Two values are the same when they say the same,
 * whoever made the objects and in whatever order their fields stand.
 */

/** Something by which a `Map` tells values apart: primitives stand for themselves, the rest for its canonical text. */
export type Identity = string | number | boolean | bigint | symbol | null | undefined;

/** What a map may key a value by. The mark in front keeps a list apart from the string that looks like it. */
export function identityOf(value: unknown): Identity {
  if (!isPrimitive(value)) return `${mark}${canonical(value)}`;
  return typeof value === 'string' && value.startsWith(mark) ? `${mark}${JSON.stringify(value)}` : value;
}

export function same(a: unknown, b: unknown): boolean {
  return a === b || (!isPrimitive(a) && !isPrimitive(b) && canonical(a) === canonical(b));
}

/** A value in few words, for people. Nothing is `nil`, as in the logs of this field. */
export function brief(value: unknown): string {
  const text = value === undefined || value === null ? 'nil' : canonical(value);
  return text.length > 60 ? `${text.slice(0, 28)}...${text.slice(-28)}` : text;
}

/** A line of a file in few words, and without what would disturb a terminal. */
export function quote(text: string): string {
  const shown = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return `'${shown.replace(/[^\P{C}\t]/gu, '?')}'`;
}

const mark = '\u0000';
/** How deep a value out of a file may be nested. */
export const depthMax = 64;

/** Why a value out of a file cannot be compared exactly, or `undefined`. */
export function problemWith(value: unknown, depth = 0): string | undefined {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return `the number ${value} is too large to be read exactly; write it as a string`;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth === depthMax) return `a value is nested more than ${depthMax} deep`;
  for (const part of Object.values(value)) {
    const problem = problemWith(part, depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function isPrimitive(value: unknown): value is Identity {
  return value === null || (typeof value !== 'object' && typeof value !== 'function');
}

/** JSON with the fields of objects in order: one text per value. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) => (isFields(part) ? inOrder(part) : part)) ?? String(value);
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function inOrder(fields: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
}
