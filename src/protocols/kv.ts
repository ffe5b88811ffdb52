/**
 * Values of any JSON by keys: what is said to a key-value store, and what comes back.
 */
import { type BodyOf, message, Type } from '../kernel/schema';
import { failing, listing, reading, reflects, version, writing } from './item-store';

export const key = Type.String({ minLength: 1, maxLength: 512 });

/** Answered with `kv.item`. */
export const kvGet = message('kv.get', { key, ...reading });
export type KvGet = BodyOf<typeof kvGet>;

/**
 * Keep this value under a key, whatever was there; with `expected` only if the item still has that version (compare and
 * set; 0: only if there is none). With `ttlMs` it is over so long after it was written, by the primary's clock of the day.
 */
export const kvPut = message('kv.put', {
  key,
  value: Type.Unknown(),
  ttlMs: Type.Optional(Type.Integer({ minimum: 1, maximum: 1e13 })),
  ...writing,
});
export type KvPut = BodyOf<typeof kvPut>;

/** Take out what is under a key; that there is nothing is no failure. */
export const kvDelete = message('kv.delete', { key, ...writing });
export type KvDelete = BodyOf<typeof kvDelete>;

/** Items in the order of their keys (by code points), after one, and those alone whose keys begin with `prefix`. */
export const kvScan = message('kv.scan', { prefix: Type.Optional(Type.String()), ...listing, ...reading });
export type KvScan = BodyOf<typeof kvScan>;

/** What lies under a key, as long as it is not over. */
const item = {
  key,
  value: Type.Unknown(),
  version,
  /** How long it has left, by the clock of whoever answers. */
  ttlLeftMs: Type.Optional(Type.Number()),
};

/** What was found; nothing where nothing is. */
export const kvItem = message('kv.item', { key, item: Type.Optional(Type.Object(item)), ...reflects });
export type KvItem = BodyOf<typeof kvItem>;

/** It was written: `version` is what the item has now, 0 where it is no more. `existed` says whether there was one. */
export const kvDone = message('kv.done', {
  key,
  version,
  existed: Type.Boolean(),
  /** Nothing was done: the lost write had been recovered already, by the entry at this position. */
  recoveredBefore: Type.Optional(Type.Integer()),
  ...reflects,
});
export type KvDone = BodyOf<typeof kvDone>;

/** `next` goes into `after` for more; absent at the end. */
export const kvItems = message('kv.items', {
  items: Type.Array(Type.Object(item)),
  next: Type.Optional(Type.String()),
  ...reflects,
});
export type KvItems = BodyOf<typeof kvItems>;
export type KvFound = KvItems['items'][number];

/** It was not done, for certain. */
export const kvFailure = message('kv.failure', failing);
export type KvFailure = BodyOf<typeof kvFailure>;

/** It may be done or not, now or later: whoever took it lost the right to decide before enough copies had it. */
export const kvUnknown = message('kv.unknown', { reason: Type.String() });
export type KvUnknown = BodyOf<typeof kvUnknown>;

export type KvWrite = KvPut | KvDelete;
export type KvRead = KvGet | KvScan;
export const kvRequests = [kvGet, kvPut, kvDelete, kvScan] as const;
export type KvRequest = KvRead | KvWrite;
export const kvAnswers = [kvItem, kvDone, kvItems, kvFailure, kvUnknown] as const;
export type KvAnswer = KvItem | KvDone | KvItems | KvFailure | KvUnknown;
