/**
 * Holding: what two sides send each other waits in the network, as it does behind a router that has stalled.
 */
import { faultKind } from './fault-kind';
import { bothWays, nodes } from './fields';

/**
 * Undone by `release`, which sends on what was held, in order.
 *
 * @example
 * const fault = { kind: 'hold', a: 'web-1', b: 'db-1' };
 */
export const hold = faultKind({
  kind: 'hold',
  properties: { a: nodes, b: nodes },
  describe: (spec) => `hold ${spec.a} | ${spec.b}`,
  make: (spec) => {
    const verdict = { hold: true } as const;
    return { link: { reach: bothWays(spec.a, spec.b), judge: () => verdict } };
  },
});
