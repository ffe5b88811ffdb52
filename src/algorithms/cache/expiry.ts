/**
 * When an entry ends. A time to live is counted on a monotonic clock, which nobody sets; an absolute time of day can only
 * be compared with a time of day. An entry is over from the very tick of its end on.
 */

/** What two clocks show at one moment, in milliseconds. */
export interface Now {
  /** Monotonic. */
  readonly nowMs: number;
  /** The time of day, which may jump. */
  readonly wallMs: number;
}

export interface Expiry {
  readonly clock: 'monotonic' | 'wall';
  /** The first moment at which the entry is over; infinity for never. */
  readonly atMs: number;
}

export const never: Expiry = { clock: 'monotonic', atMs: Number.POSITIVE_INFINITY };
