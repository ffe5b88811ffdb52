/**
 * Everything that a web server hears and says, and its turn with these types filled in.
 */
import type { ErrorBody } from '../../kernel/control';
import type { Turn } from '../../kernel/machine';
import { type HealthPing, type HealthPong, healthPing } from '../../protocols/health';
import { type HttpRequest, type HttpResponse, httpRequest } from '../../protocols/http';
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

export type WebIn = HttpRequest | SqlResult | SqlFailure | SqlUnknown | HealthPing;
export type WebOut = HttpResponse | SqlExecute | SqlTransaction | HealthPong | ErrorBody;
export type WebTurn = Turn<WebIn, WebOut>;

export const webAccepts = [httpRequest, sqlResult, sqlFailure, sqlUnknown, healthPing] as const;
