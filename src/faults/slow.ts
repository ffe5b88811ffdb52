/**
 * Slowness: messages take longer on the way. A stream stays in order however its pieces are delayed.
 */
import { Type } from '../kernel/schema';
import { faultKind } from './fault-kind';
import { around, bothWays, nodes, span, spanMs } from './fields';

/**
 * All links of `node`, or those between `a` and `b`. Each direction takes `ms` longer, so that a round trip takes twice
 * as much; `jitterMs` adds up to that much more, drawn anew for each message. Undone by `restore`.
 *
 * @example
 * const fault = { kind: 'slow', node: 'web-1', ms: 200, jitterMs: 50 };
 */
export const slow = faultKind({
  kind: 'slow',
  properties: {
    node: Type.Optional(nodes),
    a: Type.Optional(nodes),
    b: Type.Optional(nodes),
    ms: spanMs,
    jitterMs: Type.Optional(spanMs),
  },
  problem: ({ node, a, b }) => {
    const fits = node === undefined ? a !== undefined && b !== undefined : a === undefined && b === undefined;
    return fits ? undefined : 'name either node, or both a and b';
  },
  describe: ({ node, a, b, ms, jitterMs }) =>
    `slow ${node ?? `${a} | ${b}`} ${span(ms)}${jitterMs === undefined ? '' : ` jitter ${span(jitterMs)}`}`,
  make: ({ node, a, b, ms, jitterMs = 0 }) => ({
    link: {
      reach: node === undefined ? bothWays(a ?? '', b ?? '') : around(node),
      judge: (_flight, random) => {
        const jitter = jitterMs === 0 ? 0 : random.next() * jitterMs;
        return { delayUs: Math.round((ms + jitter) * 1000) };
      },
    },
  }),
});
