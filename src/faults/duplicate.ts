/**
 * Duplication: the network delivers a share of the datagrams of one direction more than once. Streams never do.
 */
import { Type } from '../kernel/schema';
import { faultKind } from './fault-kind';
import { nodes, oneWay, percent, share, span, spanMs } from './fields';

/**
 * `copies` is how many more arrive, each up to `spreadMs` after the first. Undone by `restore`.
 *
 * @example
 * const fault = { kind: 'duplicate', from: 'client-*', to: 'dns-1', share: 0.2, copies: 1, spreadMs: 20 };
 */
export const duplicate = faultKind({
  kind: 'duplicate',
  properties: {
    from: nodes,
    to: nodes,
    share,
    copies: Type.Integer({ minimum: 1, maximum: 10 }),
    spreadMs: spanMs,
  },
  describe: (spec) =>
    `duplicate ${percent(spec.share)} ${spec.from} -> ${spec.to} copies=${spec.copies} spread=${span(spec.spreadMs)}`,
  make: (spec) => {
    const verdict = { copies: spec.copies, spreadUs: Math.round(spec.spreadMs * 1000) };
    return {
      link: {
        reach: oneWay(spec.from, spec.to),
        judge: ({ datagram }, random) => (datagram && random.next() < spec.share ? verdict : undefined),
      },
    };
  },
});
