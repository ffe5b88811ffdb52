/**
 * Loss: a share of the messages of one direction. A datagram is gone; a piece of a stream is sent again, later and
 * later, until the connection is reset.
 */
import { Type } from '../kernel/schema';
import { faultKind } from './fault-kind';
import { nodes, oneWay, percent, share } from './fields';

/**
 * Undone by `restore`.
 *
 * @example
 * const fault = { kind: 'drop', from: 'lb-1', to: 'web-*', share: 0.1, kinds: ['http.request'] };
 */
export const drop = faultKind({
  kind: 'drop',
  properties: {
    from: nodes,
    to: nodes,
    share,
    /** Only messages of these kinds. */
    kinds: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
  },
  describe: (spec) => {
    const kinds = spec.kinds === undefined ? '' : ` ${spec.kinds.join(',')}`;
    return `drop ${percent(spec.share)} ${spec.from} -> ${spec.to}${kinds}`;
  },
  make: (spec, text) => {
    const verdict = { lose: text };
    return {
      link: {
        reach: oneWay(spec.from, spec.to),
        judge: ({ kind }, random) => {
          if (spec.kinds?.includes(kind) === false) return undefined;
          return random.next() < spec.share ? verdict : undefined;
        },
      },
    };
  },
});
