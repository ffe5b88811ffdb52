/**
 * Reordering: a share of the datagrams of one direction arrives late, behind later ones. Streams never do that.
 */
import { faultKind } from './fault-kind';
import { nodes, oneWay, percent, share, span, spanMs } from './fields';

/**
 * A struck datagram is up to `spreadMs` late. Undone by `restore`.
 *
 * @example
 * const fault = { kind: 'reorder', from: 'client-*', to: 'dns-1', share: 0.5, spreadMs: 30 };
 */
export const reorder = faultKind({
  kind: 'reorder',
  properties: { from: nodes, to: nodes, share, spreadMs: spanMs },
  describe: (spec) => `reorder ${percent(spec.share)} ${spec.from} -> ${spec.to} spread=${span(spec.spreadMs)}`,
  make: (spec) => {
    const verdict = { scatterUs: Math.round(spec.spreadMs * 1000) };
    return {
      link: {
        reach: oneWay(spec.from, spec.to),
        judge: ({ datagram }, random) => (datagram && random.next() < spec.share ? verdict : undefined),
      },
    };
  },
});
