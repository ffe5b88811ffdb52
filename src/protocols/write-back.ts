/**
 * Writes that a cache server takes before the database has them: what is said to the server that has the key, what it says
 * to a peer that keeps its ledger, and the SQL by which the database takes such a write once and only onto the row that it
 * was made from.
 */
import { type BodyOf, message, type Static, Type } from '../kernel/schema';
import type { SqlParameter, SqlResult, SqlTransaction, SqlValue } from './sql';

const key = Type.String({ minLength: 1, maxLength: 250 });
const count = Type.Integer({ minimum: 0 });

/** In a statement: the version that the row has in the database when it is flushed, which only the cache server knows. */
export const baseVersion = Type.Object({ base: Type.Literal(true) });
const parameter = Type.Union([Type.String(), Type.Number(), Type.Null(), baseVersion]);
const flushStatement = Type.Object({ statement: Type.String(), parameters: Type.Array(parameter) });
export type FlushStatement = Readonly<Static<typeof flushStatement>>;

/**
 * Keep this row, which the database does not have yet, and see to it that it gets it. Answered with `cache.written` once a
 * peer has noted it, or the database has it; with `cache.failure` if it was not taken:
 *
 * - `changed`: there is something else under the key than what it was made from; read it again
 * - `older`: it was made from a row that may be older than one that was here; read it again from the primary
 * - `busy`: as many writes wait for the database as may
 * - `moving`: the key is on its way to this server, or away from it; ask again
 * - `closed`: this server takes no writes now; go to the database
 * - `too-large`: it does not fit; go to the database
 */
export const cachePut = message('cache.put', {
  /** Its name: for the ledger, for people, and as its entity tag until the database has given it a version. */
  id: Type.String({ maxLength: 100 }),
  key,
  /** The whole row, encoded. */
  value: Type.String(),
  /** The number of the value that it was made from; absent where there was nothing here. */
  cas: Type.Optional(Type.Integer()),
  /** The version of the row that it was made from; absent where that was not in the database yet either. */
  base: Type.Optional(count),
  /** Up to which log position that row was known to be the newest. */
  asOf: count,
  /** For how long the row stays once the database has it. */
  seconds: Type.Number({ exclusiveMinimum: 0 }),
  /** What brings it into the database; the last one reads the row back. */
  flush: Type.Array(flushStatement, { minItems: 1, maxItems: 10 }),
});
export type CachePut = BodyOf<typeof cachePut>;

/** It is kept. `ledger`: who has noted it, in the how manieth book of this server's life; absent where the database has it. */
export const cacheWritten = message('cache.written', {
  key,
  cas: Type.Integer(),
  ledger: Type.Optional(Type.Object({ server: Type.String(), book: count })),
});
export type CacheWritten = BodyOf<typeof cacheWritten>;

/** Bring this key, or everything, into the database now; answered with `cache.settled` when it is, or cannot be. */
export const cacheSettle = message('cache.settle', { key: Type.Optional(key) });
export type CacheSettle = BodyOf<typeof cacheSettle>;

/** From now on take no writes (and bring those into the database that are here), or take them again: `cache.settled`. */
export const cacheGate = message('cache.gate', { isOpen: Type.Boolean() });
export type CacheGate = BodyOf<typeof cacheGate>;

/** These are the servers of the ring now: bring into the database what is not yours any more. Answered with `cache.settled`. */
export const cacheLeave = message('cache.leave', { servers: Type.Array(Type.String(), { maxItems: 1_000 }) });
export type CacheLeave = BodyOf<typeof cacheLeave>;

/** `left`: writes of those asked for that the database does not have. */
export const cacheSettled = message('cache.settled', { left: count });
export type CacheSettled = BodyOf<typeof cacheSettled>;

const note = { seq: count, id: Type.String(), key };
const seqs = Type.Array(count, { maxItems: 20_000 });

/**
 * Note these writes of mine; those are over. The ledger goes by who says it, and in which life. A book `begins` with all
 * that is open, and takes the place of every book before it. Answered with `ledger.noted`, or `ledger.unknown` by somebody
 * who does not have that book: he began anew, or never had it.
 */
export const ledgerNote = message('ledger.note', {
  book: count,
  begins: Type.Boolean(),
  notes: Type.Array(Type.Object(note), { maxItems: 20_000 }),
  /** The database has them. */
  done: seqs,
  /** The database will never have them: somebody else had changed the row there. */
  conflicts: seqs,
});
export type LedgerNote = BodyOf<typeof ledgerNote>;

export const ledgerNoted = message('ledger.noted', { book: count });
export type LedgerNoted = BodyOf<typeof ledgerNoted>;

export const ledgerUnknown = message('ledger.unknown', { book: count });
export type LedgerUnknown = BodyOf<typeof ledgerUnknown>;

const noted = Type.Object({ ...note, agoMs: Type.Number() });
/** A write as a ledger holds it: the how manieth of its server's life, who wrote it, which row, and how long ago it was noted. */
export type Noted = Readonly<Static<typeof noted>>;

const ledgerRecord = Type.Object({
  /** Whose writes, in which life. */
  server: Type.String(),
  life: count,
  book: count,
  open: Type.Array(noted),
  conflicts: Type.Array(noted),
  /** Conflicts that found no room. */
  forgotten: count,
});
export type LedgerRecord = Readonly<Static<typeof ledgerRecord>>;

/** How do your writes go, and whose have you noted? Answered with `behind.standing`. */
export const behindAsk = message('behind.ask', {});
export type BehindAsk = BodyOf<typeof behindAsk>;

export const behindStanding = message('behind.standing', {
  /** Whether it takes writes. */
  isOpen: Type.Boolean(),
  /** Rows that the database does not have yet, and writes of them. */
  rows: count,
  dirty: count,
  /** Writes that it took; transactions that brought them into the database; writes that needed none of their own. */
  puts: count,
  flushed: count,
  coalesced: count,
  conflicts: count,
  /** Who keeps its ledger. */
  ledger: Type.Optional(Type.String()),
  records: Type.Array(ledgerRecord),
});
export type BehindStanding = BodyOf<typeof behindStanding>;

/** Under which name the database remembers that it has everything of a row up to this write. */
export function flushId(server: string, life: number, key: string, seq: number): string {
  return `${flushesOf(server, life, key)}${seq}`;
}

/** How the names of all flushes of a row begin. */
export function flushesOf(server: string, life: number, key: string): string {
  return `${server}/${life} ${key}#`;
}

/** The transaction that brings a row into the database, if its version there still is the one that it was made from. */
export function flushOf(
  { flush }: Pick<CachePut, 'flush'>,
  base: number,
  recovers: string,
  forget: readonly string[],
): SqlTransaction {
  const inPlace = (parameter: FlushStatement['parameters'][number]): SqlParameter =>
    isBase(parameter) ? base : parameter;
  return {
    kind: 'sql.transaction',
    recovers,
    statements: [
      ...forget.map((id) => ({ statement: forgetFlush, parameters: [id] })),
      ...flush.map(({ statement, parameters }) => ({ statement, parameters: parameters.map(inPlace) })),
    ],
  };
}

const forgetFlush = 'DELETE FROM recovered_writes WHERE id = ?';

/** Asks the database which flushes it has whose names begin so. */
export function flushesDone(beginnings: readonly string[]): {
  readonly statement: string;
  readonly parameters: SqlValue[];
} {
  const wanted = beginnings.map(() => 'id BETWEEN ? AND ?').join(' OR ');
  // What follows is a number, and a colon comes after all digits.
  const parameters = beginnings.flatMap((beginning) => [beginning, `${beginning}:`]);
  return { statement: `SELECT id FROM recovered_writes WHERE ${wanted}`, parameters };
}

function isBase(parameter: FlushStatement['parameters'][number]): parameter is Static<typeof baseVersion> {
  return typeof parameter === 'object' && parameter !== null;
}

/** The log position of the write that a flush was, whether it was this question that brought it about or one before. */
export function flushedAt({ position, recoveredBefore }: SqlResult): number {
  return recoveredBefore ?? position;
}
