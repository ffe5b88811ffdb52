/**
 * A row in a cache: the answer of the database as text, so that whoever reads it there can tell which write made it and how
 * new it is known to be. Names of columns are left out: who reads rows by key goes by their places, and names would be half
 * of the text and of the work.
 */
import { Schema, Type } from '../kernel/schema';
import type { SqlResult } from './sql';

const cachedRow = new Schema(
  Type.Object({
    rows: Type.Array(Type.Array(Type.Union([Type.String(), Type.Number(), Type.Null()]))),
    position: Type.Integer(),
    writeId: Type.Optional(Type.String()),
    term: Type.Optional(Type.Integer()),
  }),
);

export function encoded({ rows, position, writeId, term }: SqlResult): string {
  return JSON.stringify({ rows, position, writeId, term });
}

/** Undefined for what somebody else has put there. */
export function decoded(text: string): SqlResult | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!cachedRow.accepts(value)) return undefined;
  const { rows, position, writeId, term } = value;
  const columns = noColumns;
  // Written out twice: to add names to what a spread made takes V8 twice as long as to read the whole text.
  return writeId === undefined || term === undefined
    ? { kind: 'sql.result', columns, rows, changes: 0, lastId: 0, position }
    : { kind: 'sql.result', columns, rows, changes: 0, lastId: 0, position, writeId, term };
}

/** What a cache is told of it: behind a router there are several logs, and a place in one says nothing of the others. */
export function lineageOf({ position, route }: SqlResult): { readonly version?: number } {
  return route === undefined ? { version: position } : {};
}

const noColumns: string[] = [];
