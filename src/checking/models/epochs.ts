/**
 * Epochs of an object that is written over: what certainly happened between one write and the next, in the order in which
 * it must have. Where values are unique every answer names its epoch, and what is left to find is the order of the epochs.
 * This is told in O(n log n), for any number of processes (Gibbons & Korach 1997, "Testing shared memories"):
 *
 * - An epoch of which something ends before something else is called lasts from the first such end to the last such call,
 *   and need not last longer. While it lasts nothing else can; so two that overlap exclude each other.
 * - Any other fits into a moment between its last call and its first end, if all others leave it one.
 */
import type { Operation } from '../history';

/** Before all that was called. */
const beginning = -1;

export class Epoch {
  /** Whether its operations can come in their order at all. */
  readonly isPossible: boolean;
  readonly firstEnd: number;
  readonly lastCall: number;

  /** @param operations in their order; the first writes over what was there, or is the first of all */
  constructor(
    readonly operations: readonly Operation[],
    isFirst = false,
  ) {
    let isPossible = true;
    let lastCall = isFirst ? beginning : Number.NEGATIVE_INFINITY;
    let firstEnd = isFirst ? beginning : Number.POSITIVE_INFINITY;
    for (const { call, end } of operations) {
      lastCall = Math.max(lastCall, call);
      firstEnd = Math.min(firstEnd, end);
      isPossible &&= lastCall <= end;
    }
    this.isPossible = isPossible;
    this.firstEnd = firstEnd;
    this.lastCall = lastCall;
  }

  /** The operations of all epochs in an order that explains them, or none if there is no such order. */
  static inSequence(epochs: readonly Epoch[]): Operation[] | undefined {
    if (!epochs.every(({ isPossible }) => isPossible)) return undefined;
    const lasting = epochs.filter(lasts).sort((a, b) => a.firstEnd - b.firstEnd);
    if (lasting.some(({ firstEnd }, place) => firstEnd < (lasting[place - 1]?.lastCall ?? beginning))) return undefined;
    const placed = lasting.map((epoch) => ({ epoch, at: epoch.firstEnd }));
    let next = 0;
    for (const epoch of epochs.filter((epoch) => !lasts(epoch)).sort((a, b) => a.lastCall - b.lastCall)) {
      while ((lasting[next]?.lastCall ?? Number.POSITIVE_INFINITY) <= epoch.lastCall) next++;
      const during = lasting[next];
      // As early as it can be: at its last call, or, if something lasts then, right after that.
      const at = during !== undefined && during.firstEnd < epoch.lastCall ? during.lastCall : epoch.lastCall;
      if (at > epoch.firstEnd) return undefined;
      placed.push({ epoch, at });
    }
    return placed.sort((a, b) => a.at - b.at).flatMap(({ epoch }) => epoch.operations);
  }
}

function lasts({ firstEnd, lastCall }: Epoch): boolean {
  return firstEnd < lastCall;
}
