/**
 * A slow disk: every sync and every read of the box takes longer.
 */
import { faultKind } from './fault-kind';
import { matcher, nodes, span, spanMs } from './fields';

/**
 * Undone by `restore`.
 *
 * @example
 * const fault = { kind: 'slow-disk', node: 'db-1', ms: 50 };
 */
export const slowDisk = faultKind({
  kind: 'slow-disk',
  properties: { node: nodes, ms: spanMs },
  describe: (spec) => `slowdisk ${spec.node} ${span(spec.ms)}`,
  make: (spec) => ({
    box: {
      strikes: matcher(spec.node),
      bend: (conditions) => ({ ...conditions, diskDelayMs: conditions.diskDelayMs + spec.ms }),
    },
  }),
});
