/**
 * A narrow link: bytes pass at a rate, and what does not pass yet waits in a buffer before it.
 */
import type { LinkRule } from '../kernel/rule';
import { Type } from '../kernel/schema';
import { faultKind } from './fault-kind';
import { nodes, oneWay } from './fields';

/** How long the buffer before the link may get; what comes then is lost, as in a router. */
const bufferMs = 5_000;

/**
 * Each link from `from` to `to` has the whole rate to itself. Undone by `restore`.
 *
 * @example
 * const fault = { kind: 'throttle', from: 'db-1', to: 'web-*', bytesPerS: 100_000 };
 */
export const throttle = faultKind({
  kind: 'throttle',
  properties: { from: nodes, to: nodes, bytesPerS: Type.Number({ minimum: 1 }) },
  describe: (spec) => `throttle ${spec.from} -> ${spec.to} ${rate(spec.bytesPerS)}`,
  make: (spec, text) => ({ link: new NarrowLink(spec.from, spec.to, spec.bytesPerS, text) }),
});

class NarrowLink implements LinkRule {
  readonly reach;
  /** When the last byte that was let in will have passed, by link. */
  private readonly freeAtUs = new Map<string, number>();
  private readonly full;

  constructor(
    from: string,
    to: string,
    private readonly bytesPerS: number,
    text: string,
  ) {
    this.reach = oneWay(from, to);
    this.full = { lose: `${text}: its buffer is full` };
  }

  judge: LinkRule['judge'] = ({ from, to, bytes, nowUs }) => {
    const link = `${from}>${to}`;
    const startUs = Math.max(nowUs, this.freeAtUs.get(link) ?? 0);
    if (startUs - nowUs > bufferMs * 1000) return this.full;
    const passedUs = startUs + Math.ceil((bytes() / this.bytesPerS) * 1e6);
    this.freeAtUs.set(link, passedUs);
    return { delayUs: passedUs - nowUs };
  };
}

function rate(bytesPerS: number): string {
  if (bytesPerS >= 1e6) return `${bytesPerS / 1e6}MB/s`;
  return bytesPerS >= 1e3 ? `${bytesPerS / 1e3}kB/s` : `${bytesPerS}B/s`;
}
