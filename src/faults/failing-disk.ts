/**
 * A failing disk: syncs and reads of the box end in an error.
 */
import { Type } from '../kernel/schema';
import { faultKind } from './fault-kind';
import { matcher, nodes } from './fields';

/**
 * `reason` is what the node hears. Of several failures the first one is heard. Undone by `restore`.
 *
 * @example
 * const fault = { kind: 'failing-disk', node: 'db-1', reason: 'input/output error' };
 */
export const failingDisk = faultKind({
  kind: 'failing-disk',
  properties: { node: nodes, reason: Type.String({ minLength: 1, maxLength: 200 }) },
  describe: (spec) => `faildisk ${spec.node} (${spec.reason})`,
  make: (spec) => ({
    box: {
      strikes: matcher(spec.node),
      bend: (conditions) => ({ ...conditions, diskFails: conditions.diskFails ?? spec.reason }),
    },
  }),
});
