/**
 * The operations on one object, laid out for a search: which must be explained (those that answered), in what order they
 * were called and ended, which were open together; and which may be used to explain them (those with an unknown outcome).
 *
 * Intervals are closed: an operation may take effect at the very moment of its call or of its end. The order of entries
 * is strict, so no two moments are one, and nothing hangs on how ties would be broken.
 */

import type { Operation } from './history';
import type { Model } from './models/model';
import { canonical } from './value';

export class Intervals {
  /** What answered, in the order of calls: the numbers below are places in this list. */
  readonly answered: readonly Operation[];
  readonly calls: Float64Array;
  readonly pure: Uint8Array;
  /** The operation that ended first, second, ... */
  readonly byEnd: Int32Array;
  /** Where in that order an operation stands. */
  readonly rank: Int32Array;
  readonly ends: Float64Array;
  /** A number that no other operation has that was open at the same time; small, so that sets of open ones are. */
  readonly slot: Int32Array;
  readonly slots: number;
  /**
   * What has an unknown outcome, by what was asked for, each list in the order of calls. Those that ask for the same
   * differ only in when they may begin: so the earlier one may always be used first, and no other order need be tried.
   */
  readonly unknown: readonly (readonly Operation[])[];
  readonly unknownCalls: readonly Float64Array[];
  /** The bit of the first of each list. */
  readonly unknownOffset: readonly number[];
  readonly unknownCount: number;

  /** @param withVain whether to keep what has an unknown outcome and left no trace in any answer: it explains none of them */
  constructor(model: Model, operations: readonly Operation[], withVain: boolean) {
    const answered = operations.filter(({ outcome }) => outcome === 'ok').sort((a, b) => a.call - b.call);
    const count = answered.length;
    this.answered = answered;
    this.calls = Float64Array.from(answered, ({ call }) => call);
    this.pure = Uint8Array.from(answered, (operation) => (model.isPure(operation) ? 1 : 0));
    this.byEnd = Int32Array.from(answered.keys()).sort((a, b) => endOf(answered[a]) - endOf(answered[b]));
    this.ends = Float64Array.from(this.byEnd, (place) => endOf(answered[place]));
    this.rank = new Int32Array(count);
    for (const [rank, place] of this.byEnd.entries()) this.rank[place] = rank;
    this.slot = new Int32Array(count);
    this.slots = this.assignSlots();

    // What changes nothing and told nobody anything explains nothing.
    const unknown = operations.filter((operation) => operation.outcome === 'unknown' && !model.isPure(operation));
    const usable = withVain
      ? unknown
      : unknown.filter((operation) => leavesTrace(model, operation, [...answered, ...unknown]));
    this.unknown = alike(
      usable.sort((a, b) => a.call - b.call),
      model.byProcess,
    );
    this.unknownCalls = this.unknown.map((list) => Float64Array.from(list, ({ call }) => call));
    const offsets: number[] = [];
    let offset = 0;
    for (const list of this.unknown) {
      offsets.push(offset);
      offset += list.length;
    }
    this.unknownOffset = offsets;
    this.unknownCount = offset;
  }

  private assignSlots(): number {
    const free: number[] = [];
    let slots = 0;
    let ended = 0;
    for (let place = 0; place < this.answered.length; place++) {
      const called = this.calls[place] ?? 0;
      for (; (this.ends[ended] ?? Number.POSITIVE_INFINITY) < called; ended++) {
        free.push(this.slot[this.byEnd[ended] ?? 0] ?? 0);
      }
      this.slot[place] = free.pop() ?? slots++;
    }
    return slots;
  }
}

/** Whether anything that may come after an operation would be another without it. */
function leavesTrace({ outlook }: Model, operation: Operation, others: readonly Operation[]): boolean {
  if (outlook === undefined) return true;
  return others.some((other) => other !== operation && other.end > operation.call && outlook.tellsOf(other, operation));
}

/** Groups of operations that ask for the same. */
function alike(operations: readonly Operation[], byProcess: boolean): Operation[][] {
  const groups = new Map<string, Operation[]>();
  for (const operation of operations) {
    const name = canonical([operation.f, operation.input ?? null, byProcess ? operation.process : null]);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [operation]);
    else group.push(operation);
  }
  return [...groups.values()];
}

function endOf(operation: Operation | undefined): number {
  return operation?.end ?? Number.POSITIVE_INFINITY;
}
