/**
 * Everything that a router hears and says, and its turn with these types filled in.
 */
import type { ErrorBody } from '../../kernel/control';
import type { Turn } from '../../kernel/machine';
import { type HealthPing, type HealthPong, healthPing } from '../../protocols/health';
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

/** What shards answer. */
export type ShardAnswer = SqlResult | SqlFailure | SqlUnknown;

export type RouterIn =
  | SqlExecute
  | SqlTransaction
  | ShardAnswer
  | RouterHotKeys
  | RouterLoad
  | PlacementMaps
  | PlacementBlock
  | PlacementRefused
  | HealthPing;
export type RouterOut =
  | SqlExecute
  | SqlTransaction
  | ShardAnswer
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
  routerHotKeys,
  routerLoad,
  placementMaps,
  placementBlock,
  placementRefused,
  healthPing,
] as const;
