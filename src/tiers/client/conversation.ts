/**
 * Everything that a client hears and says, and its turn with these types filled in.
 */
import type { ErrorBody } from '../../kernel/control';
import type { Turn } from '../../kernel/machine';
import {
  type ClientAsk,
  type ClientFetch,
  type ClientLoad,
  type ClientLoading,
  type ClientReport,
  type ClientResponse,
  type ClientStop,
  clientAsk,
  clientFetch,
  clientLoad,
  clientStop,
} from '../../protocols/client';
import { type HealthPing, type HealthPong, healthPing } from '../../protocols/health';
import { type HttpRequest, type HttpResponse, httpResponse } from '../../protocols/http';
import { type DnsAnswer, type DnsQuery, dnsAnswer } from '../../protocols/names';

export type ClientIn = ClientFetch | ClientLoad | ClientStop | ClientAsk | HealthPing | DnsAnswer | HttpResponse;
export type ClientOut = ClientResponse | ClientLoading | ClientReport | HealthPong | DnsQuery | HttpRequest | ErrorBody;
export type ClientTurn = Turn<ClientIn, ClientOut>;

export const clientAccepts = [
  clientFetch,
  clientLoad,
  clientStop,
  clientAsk,
  healthPing,
  dnsAnswer,
  httpResponse,
] as const;
