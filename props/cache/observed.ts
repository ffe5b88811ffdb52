/**
 * A cache server as it is, with somebody who looks over its shoulder: each request with its answer, and what every clock
 * showed when the answer was produced.
 */
import { tap } from 'rxjs';
import type { Envelope, Outgoing } from '../../src/kernel/envelope';
import { type AnyTier, type NodeContext, tier } from '../../src/kernel/tier';
import { cache } from '../../src/tiers/cache';
import type { CacheConfig, CacheIn, CacheOut } from '../../src/tiers/cache/settings';

export interface Observed {
  readonly request: CacheIn;
  readonly answer: CacheOut;
  readonly life: number;
  /** The server's monotonic clock, and what it believes the time of day to be. */
  readonly localMs: number;
  readonly wallMs: number;
}

export function observedCache(see: (observed: Observed) => void): AnyTier {
  return tier<CacheConfig, CacheIn, CacheOut>({
    ...cache,
    behave: (live) => (node) => {
      let current: Envelope<CacheIn> | undefined;
      const heard = node.inbox.pipe(
        tap((mail) => {
          current = mail;
        }),
      );
      const saw = ({ body }: Outgoing<CacheOut>): void => {
        if (current === undefined) return;
        const clocks = { localMs: node.clock.now(), wallMs: node.wallNowMs() };
        see({ request: current.body, answer: body, life: node.incarnation, ...clocks });
      };
      return cache.behave(live)(withInbox(node, heard)).pipe(tap(saw));
    },
  });
}

function withInbox<N extends NodeContext<CacheIn>>(node: N, inbox: N['inbox']): N {
  return new Proxy(node, {
    get: (target, name) => {
      if (name === 'inbox') return inbox;
      const found: unknown = Reflect.get(target, name, target);
      return typeof found === 'function' ? found.bind(target) : found;
    },
  });
}
