/**
 * Whether a history is linearizable (Herlihy & Wing 1990): whether each operation can be given a moment between its call
 * and its end, so that done at these moments, one at a time, they answer as they did. Failed operations did not happen;
 * those with an unknown outcome may have, at any time after their call, or never.
 *
 * Each key is an object of its own and judged by itself: a history is linearizable if and only if it is for every object.
 */
import { explain } from './explain';
import { cutAfter, type Operation, type Problem } from './history';
import type { Model } from './models/model';
import type { Budget, Found } from './search';
import { type Witness, witness } from './witness';

export const defaultBudget: Budget = { stepsMax: 3_000_000, memoryMaxBytes: 256 * 2 ** 20 };

export interface LinearizabilityOptions {
  /** What each object held in the beginning; the model's own beginning if not given. */
  readonly initial?: unknown;
  /** The same by key, where objects began differently; comes before `initial`. */
  readonly initialOf?: (key: string | undefined) => unknown;
  /** Steps are for all keys together (and once more for the shortest witness), memory is for each. */
  readonly budget?: Partial<Budget>;
}

export type Linearizability = { readonly steps: number } & (
  | {
      readonly verdict: 'linearizable';
      /** For each key an order that explains it. */
      readonly orders: ReadonlyMap<string | undefined, readonly Operation[]>;
    }
  | { readonly verdict: 'violation'; readonly witness: Witness }
  | { readonly verdict: 'unknown'; readonly reason: string }
  /** The history holds what the model does not know. */
  | { readonly verdict: 'unreadable'; readonly problem: Problem }
);

/** What a first look at each key may cost, as a share of the whole budget: a plain violation is not kept waiting by a hard key. */
const firstLook = 0.01;

/**
 * Judges a history.
 *
 * @throws ConfigError if the initial value is none of the model's
 * @example
 * const history = readHistory(text);
 * if (history.ok) checkLinearizability(history.value.operations, casRegister).verdict;
 */
export function checkLinearizability<State>(
  operations: readonly Operation[],
  model: Model<State>,
  options: LinearizabilityOptions = {},
): Linearizability {
  const { initial, initialOf = () => initial, budget } = options;
  // What all begin with is refused even if there is nothing to judge.
  model.initial(initial);
  return new Check(model, (key) => model.initial(initialOf(key)), { ...defaultBudget, ...budget }).judge(operations);
}

/** The operations on one key. */
interface Part {
  readonly key: string | undefined;
  readonly operations: readonly Operation[];
}

class Check<State> {
  private steps = 0;
  /** At how many steps it ends; later once there is a violation of which the shortest history is wanted. */
  private stepsEnd: number;

  constructor(
    private readonly model: Model<State>,
    private readonly initialOf: (key: string | undefined) => State,
    private readonly budget: Budget,
  ) {
    this.stepsEnd = budget.stepsMax;
  }

  judge(operations: readonly Operation[]): Linearizability {
    for (const operation of operations) {
      const reason = this.model.problem(operation);
      if (reason !== undefined) {
        return { verdict: 'unreadable', problem: { line: operation.line, reason }, steps: this.steps };
      }
    }
    const orders = new Map<string | undefined, readonly Operation[]>();
    const parts = partsOf(operations);
    const hard: Part[] = [];
    for (const part of parts) {
      const found = this.look(part, Math.min(this.remaining.stepsMax, this.budget.stepsMax * firstLook));
      if (found.verdict === 'violation') return this.violation(part, found.blocked, parts);
      if (found.verdict === 'unknown') hard.push(part);
      else orders.set(part.key, found.order);
    }
    let gaveUp: string | undefined;
    for (const part of hard) {
      const found = this.look(part);
      if (found.verdict === 'violation') return this.violation(part, found.blocked, parts);
      if (found.verdict === 'unknown') gaveUp ??= this.gaveUpOn(part, found);
      else orders.set(part.key, found.order);
    }
    if (gaveUp !== undefined) return { verdict: 'unknown', reason: gaveUp, steps: this.steps };
    return { verdict: 'linearizable', orders, steps: this.steps };
  }

  private look({ key, operations }: Part, stepsMax = this.stepsEnd - this.steps): Found {
    const found = explain(this.model, this.initialOf(key), operations, { ...this.budget, stepsMax });
    this.steps += found.steps;
    return found;
  }

  private get remaining(): Budget {
    return { ...this.budget, stepsMax: this.stepsEnd - this.steps };
  }

  /** Finds the shortest history that shows it: of this key, and of any other that shows it sooner. */
  private violation(in_: Part, blocked: Operation, parts: readonly Part[]): Linearizability {
    this.stepsEnd = this.steps + this.budget.stepsMax;
    let shown = this.shorten(in_, blocked.end);
    let { isShortest } = shown;
    for (const part of parts) {
      if (part === in_) continue;
      const earlier = { ...part, operations: cutAfter(part.operations, shown.last - 1) };
      const found = this.look(earlier);
      if (found.verdict === 'unknown') isShortest = false;
      if (found.verdict === 'violation') {
        shown = this.shorten(earlier, found.blocked.end);
        isShortest &&= shown.isShortest;
      }
    }
    const { part, last } = shown;
    const why = witness(this.model, this.initialOf(part.key), part.operations, last, isShortest, this.remaining);
    return { verdict: 'violation', witness: why, steps: this.steps };
  }

  /**
   * The first end after which the history, as it stood then, cannot be explained. It may lie after the one where the
   * search was blocked: that search knew how everything ended, while then what was open could still have ended otherwise
   * (a write that was read, and is said to have failed later).
   * If a history cannot be explained no continuation of it can, so the first is found by halving; nearly always it is
   * among the next few.
   */
  private shorten(part: Part, from: number): { part: Part; last: number; isShortest: boolean } {
    const ends = part.operations.map(({ end }) => end).filter((end) => end >= from && end < Number.POSITIVE_INFINITY);
    ends.sort((a, b) => a - b);
    let isShortest = true;
    let low = 0;
    let high = ends.length - 1; // Known to show it.
    for (let ahead = 0; low < high; ahead = 2 * ahead + 1) {
      const probe = Math.min(low + ahead, (low + high) >> 1);
      const found = this.look({ ...part, operations: cutAfter(part.operations, ends[probe] ?? from) });
      if (found.verdict === 'unknown') isShortest = false;
      if (found.verdict === 'violation') high = probe;
      else low = probe + 1;
    }
    return { part, last: ends[high] ?? from, isShortest };
  }

  private gaveUpOn(part: Part, { outOf, explained }: Found & { readonly verdict: 'unknown' }): string {
    const { stepsMax, memoryMaxBytes } = this.budget;
    const spent = outOf === 'steps' ? `${stepsMax} steps` : `${Math.round(memoryMaxBytes / 2 ** 20)} MiB`;
    const answered = part.operations.filter(({ outcome }) => outcome === 'ok').length;
    const where = part.key === undefined ? '' : ` on key ${part.key}`;
    return `gave up after ${spent}, with ${explained} of ${answered} answers${where} explained`;
  }
}

function partsOf(operations: readonly Operation[]): Part[] {
  const parts = new Map<string | undefined, Operation[]>();
  for (const operation of operations) {
    const part = parts.get(operation.key);
    if (part === undefined) parts.set(operation.key, [operation]);
    else part.push(operation);
  }
  return [...parts].map(([key, own]) => ({ key, operations: own }));
}
