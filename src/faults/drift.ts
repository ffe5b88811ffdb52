/**
 * A clock that runs fast or slow: timers, leases and the time of day of a box all go wrong, slowly.
 */
import { Type } from '../kernel/schema';
import { faultKind } from './fault-kind';
import { matcher, nodes, percent, signed } from './fields';

/**
 * `rate` 0.01 gains a second in a hundred, -0.01 loses one. Several drifts multiply. Undone by `restore`, which keeps
 * what was gained.
 *
 * @example
 * const fault = { kind: 'drift', node: 'db-1', rate: 0.01 };
 */
export const drift = faultKind({
  kind: 'drift',
  properties: { node: nodes, rate: Type.Number({ minimum: -0.5, maximum: 1 }) },
  describe: (spec) => `drift ${spec.node} ${signed(spec.rate, percent(spec.rate))}`,
  make: (spec) => ({
    box: {
      strikes: matcher(spec.node),
      bend: (conditions) => ({ ...conditions, drift: (1 + conditions.drift) * (1 + spec.rate) - 1 }),
    },
  }),
});
