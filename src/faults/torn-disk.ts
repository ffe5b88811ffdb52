/**
 * A disk that tears: a crash leaves part of what was not synced, and may cut the last piece in two.
 */
import { faultKind } from './fault-kind';
import { matcher, nodes } from './fields';

/**
 * Shows when a node on the box dies with writes under way. Undone by `restore`.
 *
 * @example
 * const fault = { kind: 'torn-disk', node: 'db-*' };
 */
export const tornDisk = faultKind({
  kind: 'torn-disk',
  properties: { node: nodes },
  describe: (spec) => `torndisk ${spec.node}`,
  make: (spec) => ({
    box: {
      strikes: matcher(spec.node),
      bend: (conditions) => ({ ...conditions, tornWrites: true }),
    },
  }),
});
