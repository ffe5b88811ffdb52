/**
 * From the seconds of memcached to the moment at which a value is over.
 */
import { type Expiry, type Now, never } from '../../algorithms/cache/expiry';
import { relativeSecondsMax } from '../../protocols/cache';

export const lifetime = {
  /** When something is over that lives so many seconds from now, or until that time of day. */
  expiryOf(seconds: number, { nowMs }: Now): Expiry {
    if (seconds === 0) return never;
    if (seconds > relativeSecondsMax) return { clock: 'wall', atMs: seconds * 1000 };
    return { clock: 'monotonic', atMs: seconds < 0 ? Number.NEGATIVE_INFINITY : nowMs + seconds * 1000 };
  },
};
