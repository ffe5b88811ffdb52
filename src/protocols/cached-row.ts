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
    /** Which shard it came from, and by which version of the map: the position is one of that shard's log. */
    shard: Type.Optional(Type.Tuple([Type.String(), Type.Integer({ minimum: 1 })])),
  }),
);

export function encoded({ rows, position, writeId, term, route }: SqlResult): string {
  return JSON.stringify({ rows, position, writeId, term, shard: placeOf(route) });
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
  const { rows, position, writeId, term, shard } = value;
  const columns = noColumns;
  // Written out: to add names to what a spread made takes V8 twice as long as to read the whole text.
  if (shard !== undefined) {
    const route = { shards: [shard[0]], rowsMoved: 0, map: shard[1] };
    return writeId === undefined || term === undefined
      ? { kind: 'sql.result', columns, rows, changes: 0, lastId: 0, position, route }
      : { kind: 'sql.result', columns, rows, changes: 0, lastId: 0, position, writeId, term, route };
  }
  return writeId === undefined || term === undefined
    ? { kind: 'sql.result', columns, rows, changes: 0, lastId: 0, position }
    : { kind: 'sql.result', columns, rows, changes: 0, lastId: 0, position, writeId, term };
}

/** Whether a result is known to reflect a log up to a position; behind a router there are several logs, and it never is. */
export function reaches({ position, route }: SqlResult, from: number): boolean {
  return from === 0 || (route === undefined && position >= from);
}

/**
 * What a cache is told of it. Behind a router there are several logs, and a place in one says nothing of the others: there
 * the version of the map tells which is the later one. What several shards have given together has no version at all.
 */
export function lineageOf({ position, route }: SqlResult): {
  readonly version?: number;
  readonly log?: string;
  readonly epoch?: number;
} {
  if (route === undefined) return { version: position };
  const from = placeOf(route);
  return from === undefined ? {} : { version: position, log: from[0], epoch: from[1] };
}

function placeOf(route: SqlResult['route']): [shard: string, map: number] | undefined {
  const [shard] = route?.shards ?? [];
  return shard === undefined || route?.map === undefined ? undefined : [shard, route.map];
}

const noColumns: string[] = [];
