/**
 * What can be set on a balancer, and what it hears and says.
 */
import type { ErrorBody } from '../../kernel/control';
import type { Turn } from '../../kernel/machine';
import { type Static, Type } from '../../kernel/schema';
import { serviceLaw } from '../../kernel/service';
import type { HealthPing, HealthPong } from '../../protocols/health';
import type { HttpRequest, HttpResponse } from '../../protocols/http';
import { overloadDefaults, overloadSettings } from './overload';
import { type PolicyName, policies } from './policies';

const policyNames = Object.keys(policies).filter((name): name is PolicyName => name in policies);

export const config = Type.Object({
  /** The pool that it balances over. */
  pool: Type.String({ minLength: 1 }),
  algorithm: Type.Union(policyNames.map((name) => Type.Literal(name))),
  /** Time between two probes of a server ... */
  probeEveryMs: Type.Number({ exclusiveMinimum: 0 }),
  /** ... how long one may take ... */
  probeTimeoutMs: Type.Number({ exclusiveMinimum: 0 }),
  /** ... how many failures in a row, of probes or requests, eject a server ... */
  failuresToEject: Type.Integer({ minimum: 1 }),
  /** ... and how many good probes in a row take it back. */
  successesToReadmit: Type.Integer({ minimum: 1 }),
  /** A request that is not answered by then gets a 504; less if its client has less time left. */
  requestMs: Type.Number({ exclusiveMinimum: 0 }),
  /** How many servers one request is sent to at most. */
  attemptsMax: Type.Integer({ minimum: 1, maximum: 100 }),
  /** Requests under way at once; the next one gets a 503. */
  inFlightMax: Type.Integer({ minimum: 1 }),
  ...overloadSettings,
  /** CPU time of passing one request on. */
  requestServiceMs: serviceLaw,
  /** CPU time of passing one response back. */
  responseServiceMs: serviceLaw,
  mailboxMax: Type.Integer({ minimum: 1 }),
});
export type BalancerConfig = Static<typeof config>;

export const defaults: BalancerConfig = {
  pool: 'web',
  algorithm: 'round-robin',
  probeEveryMs: 500,
  probeTimeoutMs: 250,
  failuresToEject: 2,
  successesToReadmit: 2,
  requestMs: 5_000,
  attemptsMax: 3,
  inFlightMax: 20_000,
  ...overloadDefaults,
  requestServiceMs: 0.05,
  responseServiceMs: 0.02,
  mailboxMax: 20_000,
};

export type BalancerIn = HttpRequest | HttpResponse | HealthPing | HealthPong;
export type BalancerOut = HttpRequest | HttpResponse | HealthPing | HealthPong | ErrorBody;
export type BalancerTurn = Turn<BalancerIn, BalancerOut>;
