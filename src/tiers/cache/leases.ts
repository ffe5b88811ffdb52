/**
 * Who may fill a key that was found empty: one at a time, and for each key no more than one in a lease time, so that the
 * database behind is asked once and not by everybody. Whatever changes the key meanwhile ends the right, so that nobody
 * puts in what he read before the change.
 */
export interface LeaseLimits {
  readonly leaseMs: number;
  readonly leasesMax: number;
}

/** The right to fill, or how long to wait until there may be one again. */
export type Lease = { readonly token: number } | { readonly waitMs: number };

interface Given {
  readonly token: number;
  readonly atMs: number;
  isOpen: boolean;
}

export class Leases {
  /** How many rights were given, and how often somebody was told to wait instead. */
  given = 0;
  waits = 0;
  /** By key, in the order in which they were given. */
  private readonly latest = new Map<string, Given>();

  constructor(
    private readonly limits: () => LeaseLimits,
    /** A number that was never used before, in no life of this server. */
    private readonly nextToken: () => number,
  ) {}

  /** Somebody found nothing under the key and would fill it. */
  ask(key: string, nowMs: number): Lease {
    const { leaseMs, leasesMax } = this.limits();
    this.forget(nowMs - leaseMs);
    const [before] =
      this.latest.has(key) || this.latest.size < leasesMax ? [this.latest.get(key)] : this.latest.values();
    if (before !== undefined) {
      this.waits++;
      return { waitMs: before.atMs + leaseMs - nowMs };
    }
    this.given++;
    const token = this.nextToken();
    this.latest.set(key, { token, atMs: nowMs, isOpen: true });
    return { token };
  }

  /** Whether whoever has this token may still fill the key. */
  mayFill(key: string, token: number, nowMs: number): boolean {
    const given = this.latest.get(key);
    return given?.isOpen === true && given.token === token && nowMs < given.atMs + this.limits().leaseMs;
  }

  /** The key was changed or filled. That somebody had the right is remembered until the lease time is over. */
  end(key: string): void {
    const given = this.latest.get(key);
    if (given !== undefined) given.isOpen = false;
  }

  /** Ends all of them, or all but those for keys that are kept. */
  endAll(isKept: (key: string) => boolean = () => false): void {
    for (const [key, given] of this.latest) if (!isKept(key)) given.isOpen = false;
  }

  /** The oldest stand first. */
  private forget(atMs: number): void {
    for (const [key, given] of this.latest) {
      if (given.atMs > atMs) return;
      this.latest.delete(key);
    }
  }
}
