/**
 * Isolation: a group of nodes is cut off from everybody else and still talks among itself. A partition between the group
 * and `*` would also part its members from each other.
 */
import { faultKind } from './fault-kind';
import { matcher, nodes } from './fields';

/**
 * Undone by `heal`.
 *
 * @example
 * const fault = { kind: 'isolate', node: 'db-{2,3}' };
 */
export const isolate = faultKind({
  kind: 'isolate',
  properties: { node: nodes },
  describe: (spec) => `isolate ${spec.node}`,
  make: (spec, text) => {
    const inside = matcher(spec.node);
    const outside = (id: string): boolean => !inside(id);
    const verdict = { cut: text };
    const reach = [
      { from: inside, to: outside },
      { from: outside, to: inside },
    ];
    return { link: { cuts: true, reach, judge: () => verdict } };
  },
});
