/**
 * What can be set about rows in a cache. All of it holds for the next request.
 */
import { type Static, Type } from '../../../kernel/schema';
import { strategyName } from '../../../protocols/strategy';

export const cachingSettings = {
  strategy: strategyName,
  /** The pool of cache servers ... */
  caches: Type.String({ minLength: 1 }),
  /**
   * ... and the one that stands in for those that are dead; `miss`: their keys are read from the database; `others`: the
   * cache servers stand in for each other, for which they need room (their setting `spare`).
   */
  gutter: Type.String({ minLength: 1 }),
  /** A row is cached for so long, at most the 30 days up to which a cache counts seconds. */
  ttlMs: Type.Number({ minimum: 1, maximum: 30 * 24 * 3_600_000 }),
  /** And on a gutter server for so long, if that is less. */
  gutterTtlMs: Type.Number({ minimum: 1 }),
  /** Off, everybody who misses reads the database and fills, whatever came in between. */
  leases: Type.Union([Type.Literal('on'), Type.Literal('off')]),
  /**
   * Under cache-aside, whoever would have to wait for somebody else to fill a row that was just dropped is shown what it was
   * before, if that was dropped no longer ago than this. Never who has seen something newer. 0: never.
   */
  staleMs: Type.Number({ minimum: 0, maximum: 3_600_000 }),
  /** Cache servers come and go, and not all web servers hear of it at once: after so long all of them have. */
  ringSettleMs: Type.Number({ minimum: 0 }),
  /** A cache server that has not answered by then is silent. */
  cacheMs: Type.Number({ exclusiveMinimum: 0 }),
  /** So many silences in a row, and it counts as dead until it answers a probe. */
  cacheFailuresToEject: Type.Integer({ minimum: 1 }),
  cacheProbeMs: Type.Number({ exclusiveMinimum: 0 }),
} as const;

const shape = Type.Object(cachingSettings);
export type CachingConfig = Readonly<Static<typeof shape>>;

export const cachingDefaults = {
  strategy: 'none',
  caches: 'cache',
  gutter: 'gutter',
  ttlMs: 60_000,
  gutterTtlMs: 10_000,
  leases: 'on',
  staleMs: 0,
  ringSettleMs: 1_000,
  cacheMs: 50,
  cacheFailuresToEject: 3,
  cacheProbeMs: 500,
} as const;

/** As the setting `gutter`: there is none. */
export const noGutter = 'miss';

/** As the setting `gutter`: the cache servers stand in for each other, each for its part of the keys of a dead one. */
export const others = 'others';

export function cachingPools({ caches, gutter }: Pick<CachingConfig, 'caches' | 'gutter'>): readonly string[] {
  return gutter === noGutter || gutter === others ? [caches] : [caches, gutter];
}
