/**
 * A partition: two sides no longer hear each other. Nobody is told; what is in flight is lost as well.
 */
import { Type } from '../kernel/schema';
import { faultKind } from './fault-kind';
import { bothWays, nodes, oneWay } from './fields';

/**
 * Undone by `heal`. With `oneWay` only what `a` sends to `b` is cut: the other half of many a real outage.
 *
 * @example
 * const fault = { kind: 'partition', a: 'web-*', b: 'db-1' };
 */
export const partition = faultKind({
  kind: 'partition',
  properties: { a: nodes, b: nodes, oneWay: Type.Optional(Type.Boolean()) },
  describe: (spec) => `partition ${spec.a} ${spec.oneWay === true ? '->' : '|'} ${spec.b}`,
  make: (spec, text) => {
    const verdict = { cut: text };
    const reach = spec.oneWay === true ? oneWay(spec.a, spec.b) : bothWays(spec.a, spec.b);
    return { link: { cuts: true, reach, judge: () => verdict } };
  },
});
