/**
 * Everything that a router hears and says, and its turn with these types filled in.
 */
import type { ErrorBody } from '../../kernel/control';
import type { Turn } from '../../kernel/machine';
import { type DocAnswer, type DocRequest, docAnswers, docRequests } from '../../protocols/doc';
import { type HealthPing, type HealthPong, healthPing } from '../../protocols/health';
import { type KvAnswer, type KvRequest, kvAnswers, kvRequests } from '../../protocols/kv';
import {
  type PlacementAsk,
  type PlacementBlock,
  type PlacementIds,
  type PlacementMaps,
  type PlacementRefused,
  placementBlock,
  placementMaps,
  placementRefused,
} from '../../protocols/placement';
import {
  type RouterHeat,
  type RouterHotKeys,
  type RouterLoad,
  type RouterLoads,
  routerHotKeys,
  routerLoad,
} from '../../protocols/router';
import {
  type SqlExecute,
  type SqlFailure,
  type SqlResult,
  type SqlTransaction,
  type SqlUnknown,
  sqlExecute,
  sqlFailure,
  sqlResult,
  sqlTransaction,
  sqlUnknown,
} from '../../protocols/sql';

/** What is asked of it, and what it asks of shards. */
export type StoreRequest = SqlExecute | SqlTransaction | KvRequest | DocRequest;
/** What shards answer, and what it answers. */
export type StoreAnswer = SqlResult | SqlFailure | SqlUnknown | KvAnswer | DocAnswer;

export type RouterIn =
  | StoreRequest
  | StoreAnswer
  | RouterHotKeys
  | RouterLoad
  | PlacementMaps
  | PlacementBlock
  | PlacementRefused
  | HealthPing;
export type RouterOut =
  | StoreRequest
  | StoreAnswer
  | RouterHeat
  | RouterLoads
  | PlacementAsk
  | PlacementIds
  | HealthPong
  | ErrorBody;
export type RouterTurn = Turn<RouterIn, RouterOut>;

export const routerAccepts = [
  sqlExecute,
  sqlTransaction,
  sqlResult,
  sqlFailure,
  sqlUnknown,
  ...kvRequests,
  ...kvAnswers,
  ...docRequests,
  ...docAnswers,
  routerHotKeys,
  routerLoad,
  placementMaps,
  placementBlock,
  placementRefused,
  healthPing,
] as const;
