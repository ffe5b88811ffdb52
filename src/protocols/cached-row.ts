/**
 * A row in a cache: the whole answer of the database as text, so that whoever reads it there can tell which write made it
 * and how new it is known to be.
 */
import { type SqlResult, sqlResult } from './sql';

export function encoded({ columns, rows, position, writeId, term }: SqlResult): string {
  return JSON.stringify({ columns, rows, position, writeId, term });
}

/** Undefined for what somebody else has put there. */
export function decoded(text: string): SqlResult | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const result = { ...value, kind: 'sql.result', changes: 0, lastId: 0 };
  return sqlResult.accepts(result) ? result : undefined;
}

/** What a cache is told of it: behind a router there are several logs, and a place in one says nothing of the others. */
export function lineageOf({ position, route }: SqlResult): { readonly version?: number } {
  return route === undefined ? { version: position } : {};
}
