/**
 * When the next requests are due. Open loop: at a rate, whatever comes back. Closed loop: each of many users asks,
 * waits, thinks, and asks again.
 */
import { NumberHeap } from '../algorithms/number-heap';
import { exponential, type Random } from '../kernel/random';

/** A source of due times in local milliseconds. */
export interface Arrivals {
  /** When the next one is due; `Infinity` while nothing is. */
  readonly nextMs: number;
  /** Takes the next one out and returns when it was due. */
  take(): number;
  /** What was taken came to its end; in a closed loop its user thinks from now on. */
  ended(atMs: number): void;
}

/** Arrivals at a rate: evenly spaced, or as a Poisson process. */
export class OpenLoop implements Arrivals {
  nextMs: number;

  constructor(
    startMs: number,
    private readonly meanGapMs: number,
    private readonly poisson: boolean,
    private readonly random: Random,
  ) {
    this.nextMs = startMs + this.gapMs();
  }

  take(): number {
    const dueMs = this.nextMs;
    this.nextMs += this.gapMs();
    return dueMs;
  }

  ended(): void {}

  private gapMs(): number {
    return this.poisson ? exponential(this.random, this.meanGapMs) : this.meanGapMs;
  }
}

/** As many users as were asked for; each thinks for an exponentially distributed time. */
export class ClosedLoop implements Arrivals {
  /** Users who think are anonymous: all that is kept of one is when it will ask again. */
  private readonly thinking = new NumberHeap();

  constructor(
    startMs: number,
    users: number,
    private readonly thinkMs: number,
    private readonly random: Random,
  ) {
    // An exponential time has no memory, so users who begin by thinking are in the middle of it: no stampede at first.
    for (let user = 0; user < users; user++) this.ended(startMs);
  }

  get nextMs(): number {
    return this.thinking.least;
  }

  take(): number {
    return this.thinking.pop() ?? Number.POSITIVE_INFINITY;
  }

  ended(atMs: number): void {
    this.thinking.push(atMs + (this.thinkMs > 0 ? exponential(this.random, this.thinkMs) : 0));
  }
}
