/**
 * How new what a read finds has to be, for every store that is kept in copies.
 */
import { type Static, Type } from '../kernel/schema';

/**
 * `newest`: everything that was acknowledged before it, so only the primary answers. `any`: as far as the copy that is
 * asked has come. `position`: at least up to there in the log (a session that reads its own writes). `withinMs`: what was
 * the newest at most so long ago. A copy that cannot prove it refuses (`stale`).
 */
export const freshness = Type.Union([
  Type.Literal('newest'),
  Type.Literal('any'),
  Type.Object({ position: Type.Integer({ minimum: 0 }) }),
  Type.Object({ withinMs: Type.Number({ minimum: 0 }) }),
]);
export type Freshness = Readonly<Static<typeof freshness>>;
