/**
 * A register store in one page: a log, and replicas that have applied some of it. It keeps every promise that a checker
 * can ask about, and each method keeps one of them, so that a broken one breaks just that.
 */

/** A write in the log. */
export interface Logged {
  readonly key: string;
  readonly value: number;
  readonly atMs: number;
}

/** How long a replica may lag behind the log. */
export const lagMaxMs = 50;

export class Replicas {
  readonly log: Logged[] = [];
  /** How much of the log each replica has applied. */
  readonly applied: number[];

  constructor(replicas: number) {
    this.applied = Array.from({ length: replicas }, () => 0);
  }

  /** Writes; the place in the log. It is nobody's but the primary's until `secure` is called. */
  write(entry: Logged): number {
    return this.log.push(entry);
  }

  /** Puts the log up to a place on one more machine: before it, a client must hear of nothing in it. */
  secure(place: number): void {
    const most = this.mostAdvanced();
    this.applied[most] = Math.max(this.applied[most] ?? 0, place);
  }

  /** Lets a replica catch up until it has all that a session knows of. */
  awaitPlace(replica: number, place: number): void {
    this.applied[replica] = Math.max(this.applied[replica] ?? 0, place);
  }

  /** No replica stays behind longer than is promised. */
  keepUp(nowMs: number): void {
    const due = this.log.filter(({ atMs }) => atMs + lagMaxMs <= nowMs).length;
    for (const [replica, place] of this.applied.entries()) this.applied[replica] = Math.max(place, due);
  }

  /** The primary is gone: the log is what the best replica has of it. */
  failOver(): void {
    this.log.splice(this.applied[this.successor()] ?? 0);
    for (const replica of this.applied.keys()) {
      this.applied[replica] = Math.min(this.applied[replica] ?? 0, this.log.length);
    }
  }

  successor(): number {
    return this.mostAdvanced();
  }

  /** All is quiet: what each replica holds in the end. */
  settle(): Map<string, Map<string, unknown>> {
    return new Map(this.applied.map((_, replica) => [`replica-${replica}`, this.holdings(this.log.length)]));
  }

  /** What a state holds that has so much of the log. */
  holdings(place: number): Map<string, unknown> {
    return new Map(this.log.slice(0, place).map(({ key, value }) => [key, value]));
  }

  private mostAdvanced(): number {
    return this.applied.indexOf(Math.max(...this.applied));
  }
}

/** What a session knows of, so that it is never shown less. */
export class Session {
  place = 0;

  afterWrite(place: number): void {
    this.place = Math.max(this.place, place);
  }

  afterRead(place: number): void {
    this.place = Math.max(this.place, place);
  }
}
