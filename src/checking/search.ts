/**
 * The search for an order that explains the operations on one object: Wing & Gong 1993, with Lowe's memory of what was
 * tried (2017), over an order in the making to which operations are added and from which they are taken back.
 *
 * The next in an order can only be an operation that was called before the first end of those not yet explained (the
 * frontier): had it been called later, the one that ended would have to come first. Eight things need not be tried:
 *
 * - Any order but one for what leaves the state alone. If a read gets what is there now, it is explained at once: in any
 *   order that explains the rest, the read can be moved to the front, since nothing must come before it and nobody
 *   notices it.
 * - What has an unknown outcome, where it would change nothing: it can still be used later, or never.
 * - What has an unknown outcome and left no trace: had it happened, some answer would tell of it (see `Outlook`).
 * - Places of what certainly happened and left no trace, but for one: right before something is written over it. Only
 *   where it has to end before that can be called does it go by itself.
 * - Of operations that do the same any but the one that ends first: if it comes later in some order, the two change places.
 * - What cannot lead to the next answer that leaves the state alone, where the model can tell (see `Prospects`).
 * - States that the model rules out, knowing the whole history (a queue with values in an order in which they never left).
 * - What was tried before, or could do no more than what was (see `Configurations`).
 */
import { Configurations } from './configurations';
import { cutAfter, type Operation } from './history';
import { Intervals } from './intervals';
import { before, choice, forced, Linearization } from './linearization';
import { type Model, refused } from './models/model';
import { Prospects } from './prospects';
import { States } from './states';

/** Where a search gives up and says that it does not know. */
export interface Budget {
  /** How often a model may be asked for its next state (long comparisons in memory count as well). */
  readonly stepsMax: number;
  /** How much memory the configurations tried may take. */
  readonly memoryMaxBytes: number;
}

export type Found = { readonly steps: number; readonly bytes: number } & (
  | { readonly verdict: 'linearizable'; readonly order: readonly Operation[] }
  /** No order explains all; what had ended before `blocked` did can be explained. */
  | { readonly verdict: 'violation'; readonly blocked: Operation }
  /** `explained`: how many answers, in the order of their ends. */
  | { readonly verdict: 'unknown'; readonly outOf: 'steps' | 'memory'; readonly explained: number }
);

/** Sees each configuration from which no read can be explained: its state, and what must end next. */
export type Observer<State> = (state: State, next: Operation) => void;

/** Searches for an order. The operations are about one object, and each is one of the model's. */
export function search<State>(
  model: Model<State>,
  initial: State,
  operations: readonly Operation[],
  budget: Budget,
  observe?: Observer<State>,
): Found {
  return new Search(model, initial, new Intervals(model, operations, observe !== undefined), budget, observe).run();
}

const end = -1;
const none = -1;
/** How many rows of the memory may be compared for one step. */
const comparisonsPerStep = 8;

class Search<State> {
  private readonly tried: Configurations;
  private readonly states: States<State>;
  private readonly at: Linearization;
  private readonly prospects: Prospects<State> | undefined;
  private readonly isDoomed: (number: number) => boolean;
  private readonly count: number;
  private readonly firstOfKind: Int32Array;
  private readonly kindsSeen: number[] = [];
  /** How many ends, from the first on, are looked at ahead: what could have been answered at the last is what an observer wants to know. */
  private readonly foreseen: number;
  private steps = 0;
  private furthest = 0;
  private isRefuted = false;

  constructor(
    private readonly model: Model<State>,
    initial: State,
    private readonly intervals: Intervals,
    private readonly budget: Budget,
    private readonly observe: Observer<State> | undefined,
  ) {
    this.count = intervals.answered.length;
    this.firstOfKind = new Int32Array(intervals.kinds).fill(none);
    this.states = new States(model);
    this.at = new Linearization(intervals, this.states.numberOf(initial));
    this.tried = new Configurations(this.at.open.length, this.at.unknown.length);
    this.foreseen = observe === undefined ? this.count : this.count - 1;
    this.prospects = model.outlook && new Prospects(model.outlook, intervals, initial);
    this.isDoomed = foresight(model, initial, intervals, this.foreseen, this.states);
  }

  run(): Found {
    let from = this.enter();
    for (;;) {
      if (this.at.frontier === this.count) return this.found({ verdict: 'linearizable', order: this.at.order() });
      if (this.isRefuted) return this.found({ verdict: 'violation', blocked: this.ending(this.furthest) });
      if (this.spent > this.budget.stepsMax) return this.gaveUp('steps');
      if (this.bytes > this.budget.memoryMaxBytes) return this.gaveUp('memory');
      if (from !== end && this.advance(from)) {
        from = this.enter();
      } else {
        const undone = this.at.retreat();
        if (undone === undefined) return this.found({ verdict: 'violation', blocked: this.ending(this.furthest) });
        from = undone < this.count ? (this.at.next[undone] ?? this.count) : undone + 1;
      }
    }
  }

  /** In a configuration just reached: explains what can be at once; then where to begin choosing, or `end`. */
  private enter(): number {
    const { at } = this;
    while (at.frontier < this.count && this.explainPure());
    if (at.frontier > this.furthest) this.furthest = at.frontier;
    if (at.frontier === this.count) return end;
    if (this.isHopeless()) return end;
    if (!this.tried.add(at.frontier, at.state, at.open, at.unknown)) return end;
    this.observe?.(this.states.stateOf(at.state), this.ending(at.frontier));
    return at.first;
  }

  /** Whether the state rules out what is to come, or the next answer that leaves the state alone can be ruled out. */
  private isHopeless(): boolean {
    const { prospects, at } = this;
    if (this.isDoomed(at.state)) return true;
    if (prospects === undefined) return false;
    const { byEnd, pure } = this.intervals;
    for (let rank = at.frontier; rank < this.foreseen; rank++) {
      const place = byEnd[rank] ?? 0;
      if (pure[place] === 0 || at.done[place] === 1) continue;
      if (prospects.remain(this.states.stateOf(at.state), rank, at.done, at.usedOf)) return false;
      this.isRefuted = !prospects.wereEver(rank);
      return true;
    }
    return false;
  }

  /** Explains one operation that leaves the state alone; false if there is none that may be next. */
  private explainPure(): boolean {
    const { at, count } = this;
    const { pure, calls, answered } = this.intervals;
    const limit = at.limit;
    for (let place = at.first; place < count; place = at.next[place] ?? count) {
      if ((calls[place] ?? 0) > limit) return false;
      if (pure[place] === 1 && this.stepTo(answered[place]) !== end) {
        at.take(place, at.state, forced);
        return true;
      }
    }
    return false;
  }

  /**
   * Takes the first choice at or after `from` that the model does not refuse (see `Linearization` for their numbers;
   * `count` is none). The unknown come last, because what must be explained needs no excuse.
   */
  private advance(from: number): boolean {
    const { at, count } = this;
    const { pure, calls, answered, unknown, unknownCalls, unknownKinds, vain, kind, rank } = this.intervals;
    const limit = at.limit;
    this.findFirstOfKinds(limit);
    for (let place = from; place < count && (calls[place] ?? 0) < limit; place = at.next[place] ?? count) {
      if (pure[place] === 1 || (vain[place] === 1 && at.pureLeft > 0 && rank[place] !== at.frontier)) continue;
      if (this.firstOfKind[kind[place] ?? 0] !== rank[place]) continue;
      const state = this.stepTo(answered[place]);
      if (state === end) continue;
      const stateBefore = at.state;
      at.take(place, state, choice);
      this.takeVain(answered[place], stateBefore, limit);
      return true;
    }
    for (let list = from <= count ? 0 : from - count - 1; list < unknown.length; list++) {
      const used = at.usedOf[list] ?? 0;
      if ((unknownCalls[list]?.[used] ?? Number.POSITIVE_INFINITY) > limit) continue;
      if (this.firstOfKind[unknownKinds[list] ?? 0] !== none) continue;
      const operation = unknown[list]?.[used];
      const state = this.stepTo(operation);
      if (state === end || state === at.state) continue;
      const stateBefore = at.state;
      at.takeUnknown(list, state);
      this.takeVain(operation, stateBefore, limit);
      return true;
    }
    return false;
  }

  /** Of those that do the same and may be next, which ends first: any order but one in which it comes first is as good with it there. */
  private findFirstOfKinds(limit: number): void {
    const { at, count, firstOfKind } = this;
    const { calls, kind, rank } = this.intervals;
    for (const seen of this.kindsSeen) firstOfKind[seen] = none;
    this.kindsSeen.length = 0;
    for (let place = at.first; place < count && (calls[place] ?? 0) < limit; place = at.next[place] ?? count) {
      const own = kind[place] ?? 0;
      const first = firstOfKind[own] ?? none;
      if (first === none) this.kindsSeen.push(own);
      if (first === none || (rank[place] ?? 0) < first) firstOfKind[own] = rank[place] ?? 0;
    }
  }

  /** Lets all that may be next and nobody tells of happen right before an operation that leaves nothing of it. */
  private takeVain(leaver: Operation | undefined, stateBefore: number, limit: number): void {
    const { at, count } = this;
    const { vain, calls, answered } = this.intervals;
    if (leaver === undefined || this.model.outlook?.leaves(leaver) === undefined) return;
    let state = stateBefore;
    for (let place = at.first; place < count && (calls[place] ?? 0) < limit; place = at.next[place] ?? count) {
      if (vain[place] === 0) continue;
      const next = this.stepTo(answered[place], state);
      if (next === end || this.stepTo(leaver, next) !== at.state) continue;
      state = next;
      at.take(place, at.state, before);
    }
  }

  /** The number of the state after an operation, or `end` if the model refuses it. */
  private stepTo(operation: Operation | undefined, from = this.at.state): number {
    if (operation === undefined) return end;
    this.steps++;
    const state = this.model.step(this.states.stateOf(from), operation);
    return state === refused ? end : this.states.numberOf(state);
  }

  /** The operation that ends as the `rank`th. */
  private ending(rank: number): Operation {
    const operation = this.intervals.answered[this.intervals.byEnd[rank] ?? 0];
    if (operation === undefined) throw new RangeError(`no operation ends as number ${rank}`);
    return operation;
  }

  /** Many outcomes unknown fill the memory with rows that must be compared one by one: that costs time as well. */
  private get spent(): number {
    return this.steps + Math.floor(this.tried.comparisons / comparisonsPerStep);
  }

  private get bytes(): number {
    return this.tried.bytes + this.states.bytes + this.at.bytes;
  }

  private found<R extends object>(result: R): R & { readonly steps: number; readonly bytes: number } {
    return { ...result, steps: this.spent, bytes: this.bytes };
  }

  private gaveUp(outOf: 'steps' | 'memory'): Found {
    return this.found({ verdict: 'unknown', outOf, explained: this.furthest });
  }
}

/** What the model foresees, asked once per state. What ends later than is looked ahead counts as still open. */
function foresight<State>(
  model: Model<State>,
  initial: State,
  { answered, ends, unknown }: Intervals,
  foreseen: number,
  states: States<State>,
): (number: number) => boolean {
  if (model.foresee === undefined) return () => false;
  const known = cutAfter([...answered, ...unknown.flat()], ends[foreseen - 1] ?? -1);
  const { rulesOut } = model.foresee(initial, known);
  const doomed: boolean[] = [];
  return (number) => {
    doomed[number] ??= rulesOut(states.stateOf(number));
    return doomed[number];
  };
}
