/**
 * Everything that a web server hears and says, and its turn with these types filled in.
 */
import type { ErrorBody } from '../../kernel/control';
import type { Turn } from '../../kernel/machine';
import {
  type CacheDeleted,
  type CacheFailure,
  type CacheFlushed,
  type CacheLoad,
  type CacheMissing,
  type CacheRequest,
  type CacheStored,
  type CacheTouched,
  type CacheValue,
  cacheDeleted,
  cacheFailure,
  cacheFlushed,
  cacheMissing,
  cacheStored,
  cacheTouched,
  cacheValue,
} from '../../protocols/cache';
import { type HealthPing, type HealthPong, healthPing, healthPong } from '../../protocols/health';
import { type HttpRequest, type HttpResponse, httpRequest } from '../../protocols/http';
import {
  type KvDelete,
  type KvDone,
  type KvFailure,
  type KvGet,
  type KvItem,
  type KvPut,
  type KvUnknown,
  kvDone,
  kvFailure,
  kvItem,
  kvUnknown,
} from '../../protocols/kv';
import {
  type SqlExecute,
  type SqlFailure,
  type SqlResult,
  type SqlTransaction,
  type SqlUnknown,
  sqlFailure,
  sqlResult,
  sqlUnknown,
} from '../../protocols/sql';
import { type CachingAsk, type CachingStanding, cachingAsk } from '../../protocols/strategy';
import {
  type CachePut,
  type CacheSettle,
  type CacheSettled,
  type CacheWritten,
  cacheSettled,
  cacheWritten,
} from '../../protocols/write-back';

type SqlAnswer = SqlResult | SqlFailure | SqlUnknown;
export type CacheAnswer =
  | CacheValue
  | CacheMissing
  | CacheStored
  | CacheTouched
  | CacheDeleted
  | CacheFlushed
  | CacheFailure;
type KvAnswer = KvItem | KvDone | KvFailure | KvUnknown;

type BehindAnswer = CacheWritten | CacheSettled;
export type WebIn =
  | HttpRequest
  | SqlAnswer
  | CacheAnswer
  | BehindAnswer
  | KvAnswer
  | HealthPing
  | HealthPong
  | CachingAsk;
type Asks =
  | SqlExecute
  | SqlTransaction
  | CacheRequest
  | CacheLoad
  | CachePut
  | CacheSettle
  | KvGet
  | KvPut
  | KvDelete
  | HealthPing;
export type WebOut = HttpResponse | Asks | HealthPong | CachingStanding | ErrorBody;
export type WebTurn = Turn<WebIn, WebOut>;

export const webAccepts = [
  httpRequest,
  sqlResult,
  sqlFailure,
  sqlUnknown,
  cacheValue,
  cacheMissing,
  cacheStored,
  cacheTouched,
  cacheDeleted,
  cacheFlushed,
  cacheFailure,
  cacheWritten,
  cacheSettled,
  kvItem,
  kvDone,
  kvFailure,
  kvUnknown,
  healthPing,
  healthPong,
  cachingAsk,
] as const;
