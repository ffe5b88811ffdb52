/**
 * Whether an answer can still be explained, judged before it is its turn. A read of "ab" can be explained only from a
 * state that operations in between may turn into "ab", or by an operation not yet used that leaves such a state, whatever
 * was before: a put of "a". If there is neither, every order that begins like this one fails at that read.
 */
import type { Operation } from './history';
import type { Intervals } from './intervals';
import type { Outlook } from './models/model';

/** What leaves a state from which the answer can be given: places of what answered, and lists of what is unknown. */
interface Sources {
  readonly operation: Operation;
  readonly answered: readonly number[];
  /** Lists, with how many of each were called in time. */
  readonly unknown: readonly (readonly [list: number, called: number])[];
}

export class Prospects<State> {
  private readonly leavers: readonly number[];
  private readonly unknownLeavers: readonly number[];
  /** By place in `leavers`: the latest end of those up to there. */
  private readonly latestEnds: Float64Array;
  /** By rank: the latest call of anything pure that ended by then. */
  private readonly latestCalls: Float64Array;
  private readonly sources: (Sources | undefined)[] = [];
  private readonly everServed: boolean[] = [];

  constructor(
    private readonly outlook: Outlook<State>,
    private readonly intervals: Intervals,
    private readonly initial: State,
  ) {
    const { answered, unknown, byEnd, calls, pure } = intervals;
    const places = [...answered.keys()];
    this.leavers = places.filter((place) => pure[place] === 0 && this.leaves(answered[place]) !== undefined);
    this.unknownLeavers = [...unknown.keys()].filter((list) => this.leaves(unknown[list]?.[0]) !== undefined);
    this.latestEnds = runningMax(this.leavers.map((place) => answered[place]?.end ?? 0));
    this.latestCalls = runningMax(Array.from(byEnd, (place) => (pure[place] === 1 ? (calls[place] ?? 0) : 0)));
  }

  /** Whether the pure operation that ends at a rank, all pure ones before it being explained, may get its answer. */
  remain(state: State, rank: number, done: Uint8Array, usedOf: Int32Array): boolean {
    const sources = this.sources[rank] ?? this.sourcesOf(rank);
    this.sources[rank] = sources;
    return (
      this.outlook.canLeadTo(state, sources.operation) ||
      sources.answered.some((place) => done[place] === 0) ||
      sources.unknown.some(([list, called]) => (usedOf[list] ?? 0) < called)
    );
  }

  /**
   * Whether there is anything at all in the history by which it may get its answer: if not, there is no use in a search.
   * What was certainly overwritten before it was called is no such thing.
   */
  wereEver(rank: number): boolean {
    this.everServed[rank] ??= this.isEverServed(rank);
    return this.everServed[rank];
  }

  private isEverServed(rank: number): boolean {
    const { answered, byEnd, ends, calls, unknown, unknownCalls } = this.intervals;
    const operation = answered[byEnd[rank] ?? 0];
    if (operation === undefined) return true;
    const end = ends[rank] ?? 0;
    const mayServe = this.unknownLeavers.some((list) => {
      return (unknownCalls[list]?.[0] ?? end) < end && this.canServe(unknown[list]?.[0], operation);
    });
    if (mayServe) return true;
    let latestServed = Number.NEGATIVE_INFINITY;
    let overwritten = Number.NEGATIVE_INFINITY;
    for (const place of this.leavers) {
      const leaver = answered[place];
      if (leaver === undefined || leaver.call > end) break;
      if (this.canServe(leaver, operation)) latestServed = Math.max(latestServed, leaver.end);
      else if (leaver.end < operation.call) overwritten = Math.max(overwritten, calls[place] ?? 0);
    }
    if (latestServed > overwritten) return true;
    return overwritten === Number.NEGATIVE_INFINITY && this.outlook.canLeadTo(this.initial, operation);
  }

  private sourcesOf(rank: number): Sources {
    const { answered, byEnd, ends, calls, unknown, unknownCalls } = this.intervals;
    const operation = answered[byEnd[rank] ?? 0];
    if (operation === undefined) throw new RangeError(`no operation ends as number ${rank}`);
    const end = ends[rank] ?? 0;
    // What ended before a pure operation was called that is explained already, is explained too: no need to look so far back.
    const since = this.latestCalls[rank - 1] ?? 0;
    const found: number[] = [];
    for (let i = this.leavers.length - 1; i >= 0 && (this.latestEnds[i] ?? 0) > since; i--) {
      const place = this.leavers[i] ?? 0;
      if ((calls[place] ?? 0) < end && this.canServe(answered[place], operation)) found.push(place);
    }
    const lists = this.unknownLeavers
      .filter((list) => this.canServe(unknown[list]?.[0], operation))
      .map((list) => [list, unknownCalls[list]?.filter((call) => call < end).length ?? 0] as const);
    return { operation, answered: found, unknown: lists };
  }

  private leaves(operation: Operation | undefined): State | undefined {
    return operation && this.outlook.leaves(operation);
  }

  private canServe(leaver: Operation | undefined, pure: Operation): boolean {
    const state = this.leaves(leaver);
    return state !== undefined && this.outlook.canLeadTo(state, pure);
  }
}

function runningMax(numbers: readonly number[]): Float64Array {
  let max = Number.NEGATIVE_INFINITY;
  return Float64Array.from(numbers, (number) => {
    max = Math.max(max, number);
    return max;
  });
}
