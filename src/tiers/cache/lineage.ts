/**
 * Which of two values of a key is the older one, and what was let go: without that, a set that was late would bring back what
 * is old as soon as the newer one has left.
 */

/** What a value was made from; see `protocols/cache`. */
export interface Lineage {
  readonly version?: number;
  readonly log?: string;
  readonly epoch?: number;
}

/** Logs whose floors are known apart; all others share the highest. */
const logsMax = 1_000;

/** Of one log positions decide, of several the map by which each was found. Who has no version is never older. */
export function isOlder(one: Lineage, than: Lineage): boolean {
  if (one.version === undefined || than.version === undefined) return false;
  if (one.log === than.log) return one.version < than.version;
  return (one.epoch ?? 0) < (than.epoch ?? 0);
}

/** The latest that was held, or heard of, and is not there any more. */
export class Floor {
  private epoch = 0;
  private readonly positions = new Map<string, number>();
  private others = 0;

  letGo({ version, log = '', epoch = 0 }: Lineage): void {
    if (version === undefined) return;
    this.epoch = Math.max(this.epoch, epoch);
    const before = this.positions.get(log);
    if (before === undefined && this.positions.size >= logsMax) this.others = Math.max(this.others, version);
    else this.positions.set(log, Math.max(before ?? 0, version));
  }

  /** What left is known to be no later than this place in a log: what was, the log has been decided without. */
  restart(log: string, position: number): void {
    this.positions.set(log, position);
  }

  /** Whether a value may be older than what has left: it is known to be the newest only up to a lower position. */
  isAbove({ log = '', epoch = 0 }: Lineage, asOf: number): boolean {
    return epoch < this.epoch || asOf < (this.positions.get(log) ?? this.others);
  }
}
