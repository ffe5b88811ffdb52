/**
 * What can be set on a cache server, and what it hears and says. All of it holds from the moment that it is set.
 */
import { policyNames } from '../../algorithms/cache/policies';
import type { ErrorBody } from '../../kernel/control';
import type { Turn } from '../../kernel/machine';
import { type Static, Type } from '../../kernel/schema';
import { serviceLaw } from '../../kernel/service';
import type { CacheAnswer, CacheLoad, CacheRequest } from '../../protocols/cache';
import type { HealthPing, HealthPong } from '../../protocols/health';
import type { CacheHeard, CacheInvalidate } from '../../protocols/invalidation';
import type { SqlExecute, SqlFailure, SqlResult, SqlTransaction, SqlUnknown } from '../../protocols/sql';
import type {
  BehindAsk,
  BehindStanding,
  CacheGate,
  CacheLeave,
  CachePut,
  CacheSettle,
  CacheSettled,
  CacheWritten,
  LedgerNote,
  LedgerNoted,
  LedgerUnknown,
} from '../../protocols/write-back';

export const config = Type.Object({
  /** Who goes when there is no room: the least recently used, the least often used, or who came first. */
  policy: Type.Union(policyNames.map((name) => Type.Literal(name))),
  entriesMax: Type.Integer({ minimum: 1, maximum: 10_000_000 }),
  /** Of all keys and values together, each entry with its overhead. */
  bytesMax: Type.Integer({ minimum: 1 }),
  /** Of so many other servers of its pool the keys have room here as well: both limits grow accordingly. */
  spare: Type.Integer({ minimum: 0, maximum: 16 }),
  /** What an entry takes beside its key and its value; memcached's header has 56 bytes. */
  overheadBytes: Type.Integer({ minimum: 0 }),
  /** Of one value with its key. */
  entryBytesMax: Type.Integer({ minimum: 1 }),
  /** How long somebody has to fill a key, and how long nobody else may. */
  leaseMs: Type.Number({ minimum: 0 }),
  /** Keys that somebody may fill at once. */
  leasesMax: Type.Integer({ minimum: 1 }),
  /** When rows are given out: at any time, or only under a lease on the ring that is agreed in the database. */
  serving: Type.Union([Type.Literal('always'), Type.Literal('leased')]),
  /** The pool of databases, for that ring and for reads that go through this server ... */
  databases: Type.String({ minLength: 1 }),
  /** ... of which one that failed is left alone for so long, if there are others. */
  avoidMs: Type.Number({ minimum: 0 }),
  /** Keys that are asked for at once, and requests that wait for one of them. */
  loadsMax: Type.Integer({ minimum: 1 }),
  waitersMax: Type.Integer({ minimum: 1 }),
  /** A row that was written here is brought into the database so long after that; or at once when it has to be. */
  flushEveryMs: Type.Number({ exclusiveMinimum: 0 }),
  /** Writes that the database does not have yet; the next one is told to come again. Of all room rows may take half. */
  dirtyMax: Type.Integer({ minimum: 1, maximum: 10_000 }),
  /** Rows that are brought there at once, and how long the database has for one before it is asked again. */
  flushesMax: Type.Integer({ minimum: 1 }),
  flushMs: Type.Number({ exclusiveMinimum: 0 }),
  /** A peer that has not noted a write by then does not keep the ledger any more. */
  ledgerMs: Type.Number({ exclusiveMinimum: 0 }),
  /** So long a server that comes to a key waits for whoever had it to bring into the database what was written to it. */
  handoverMs: Type.Number({ minimum: 0 }),
  /** CPU time of a request. */
  requestServiceMs: serviceLaw,
  /** CPU time of a batch of a trace. */
  replayServiceMs: serviceLaw,
  mailboxMax: Type.Integer({ minimum: 1 }),
});
export type CacheConfig = Static<typeof config>;

export const defaults: CacheConfig = {
  policy: 'lru',
  entriesMax: 1_000_000,
  bytesMax: 64 * 1024 * 1024,
  spare: 0,
  overheadBytes: 56,
  entryBytesMax: 1024 * 1024,
  leaseMs: 1_000,
  leasesMax: 10_000,
  serving: 'always',
  databases: 'db',
  avoidMs: 1_000,
  loadsMax: 1_000,
  waitersMax: 64,
  flushEveryMs: 500,
  dirtyMax: 1_000,
  flushesMax: 32,
  flushMs: 1_000,
  ledgerMs: 200,
  handoverMs: 1_000,
  requestServiceMs: 0.01,
  replayServiceMs: 1,
  mailboxMax: 20_000,
};

type Behind = CachePut | CacheSettle | CacheGate | CacheLeave | LedgerNote | BehindAsk;
type SqlAnswer = SqlResult | SqlFailure | SqlUnknown;
type PeerAnswer = CacheSettled | LedgerNoted | LedgerUnknown;

export type CacheIn = CacheRequest | CacheLoad | CacheInvalidate | Behind | SqlAnswer | PeerAnswer | HealthPing;
export type CacheOut =
  | CacheAnswer
  | CacheHeard
  | CacheWritten
  | CacheLeave
  | LedgerNote
  | PeerAnswer
  | BehindStanding
  | SqlExecute
  | SqlTransaction
  | HealthPong
  | ErrorBody;
export type CacheTurn = Turn<CacheIn, CacheOut>;
