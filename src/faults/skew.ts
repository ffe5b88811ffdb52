/**
 * A wrong clock: a box believes another time of day. Timers and leases do not see it; whoever compares timestamps does.
 */
import { Type } from '../kernel/schema';
import { faultKind } from './fault-kind';
import { matcher, nodes, signed, span } from './fields';

/**
 * The time of day jumps by `ms`, either way, and back when the fault goes. Several skews add up. Undone by `restore`.
 *
 * @example
 * const fault = { kind: 'skew', node: 'db-1', ms: 2_000 };
 */
export const skew = faultKind({
  kind: 'skew',
  properties: { node: nodes, ms: Type.Number() },
  describe: (spec) => `skew ${spec.node} ${signed(spec.ms, span(spec.ms))}`,
  make: (spec) => ({
    box: {
      strikes: matcher(spec.node),
      bend: (conditions) => ({ ...conditions, skewMs: conditions.skewMs + spec.ms }),
    },
  }),
});
