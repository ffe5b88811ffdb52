/**
 * What is set on a circuit breaker, wherever one stands between those who ask and those who are asked.
 */
import type { BreakerRules } from '../algorithms/circuit-breaker';
import { Type } from '../kernel/schema';

export const breakerSettings = {
  /** Share of failed calls at which a breaker opens, from 0 to 1; `off`: there is none. */
  breaker: Type.Union([Type.Literal('off'), Type.Number({ exclusiveMinimum: 0, maximum: 1 })]),
  /** Calls of the last so many milliseconds are counted ... */
  breakerWindowMs: Type.Number({ exclusiveMinimum: 0 }),
  /** ... and so many of them have to be known before it opens. */
  breakerCallsMin: Type.Integer({ minimum: 1 }),
  /** An open breaker refuses everything for so long, then tries again ... */
  breakerOpenMs: Type.Number({ exclusiveMinimum: 0 }),
  /** ... with so many calls. It closes when all of them go well. */
  breakerProbes: Type.Integer({ minimum: 1 }),
} as const;

export const breakerDefaults = {
  breaker: 'off',
  breakerWindowMs: 5_000,
  breakerCallsMin: 20,
  breakerOpenMs: 2_000,
  breakerProbes: 3,
} as const;

export interface BreakerConfig {
  readonly breaker: number | 'off';
  readonly breakerWindowMs: number;
  readonly breakerCallsMin: number;
  readonly breakerOpenMs: number;
  readonly breakerProbes: number;
}

/** The rules of a breaker that is on; where it is off nobody asks for them. */
export function breakerRules(config: BreakerConfig): BreakerRules {
  const { breaker, breakerWindowMs, breakerCallsMin, breakerOpenMs, breakerProbes } = config;
  return {
    failureShare: breaker === 'off' ? 1 : breaker,
    windowMs: breakerWindowMs,
    callsMin: breakerCallsMin,
    openMs: breakerOpenMs,
    probes: breakerProbes,
  };
}

/** Whether a response says that whoever is behind could not answer, whatever was asked. */
export function isOutage(status: number): boolean {
  return status === 502 || status === 503 || status === 504;
}
