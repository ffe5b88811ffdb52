/**
 * The operations on one object, laid out for a search: which must be explained (those that answered), in what order they
 * were called and ended, which were open together; and which may be used to explain them (those with an unknown outcome).
 *
 * Intervals are closed: an operation may take effect at the very moment of its call or of its end. The order of entries
 * is strict, so no two moments are one, and nothing hangs on how ties would be broken.
 */

import type { Operation } from './history';
import type { Model } from './models/model';
import { traced, vain } from './traces';
import { canonical, same } from './value';

export class Intervals {
  /** What answered, in the order of calls: the numbers below are places in this list. */
  readonly answered: readonly Operation[];
  readonly calls: Float64Array;
  readonly pure: Uint8Array;
  /** What changes something of which nobody tells: its place is right before something is written over it. */
  readonly vain: Uint8Array;
  /** Equal for operations that do the same; so the one that ends first may always come first. */
  readonly kind: Int32Array;
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
  /** Their kinds, of the same numbers as those that answered. */
  readonly unknownKinds: Int32Array;
  readonly kinds: number;
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
    unknown.sort((a, b) => a.call - b.call);
    const outlook = withVain ? undefined : model.outlook;
    this.vain = outlook === undefined ? new Uint8Array(count) : vain(outlook, answered, this.pure, unknown);
    const usable = outlook === undefined ? unknown : traced(outlook, unknown, answered);

    const kinds = new Kinds(model.byProcess);
    this.unknown = kinds.grouped(usable);
    this.unknownKinds = Int32Array.from(this.unknown.keys());
    this.kind = Int32Array.from(answered, (operation, place) =>
      // What is in vain goes its own way, and nobody may wait for it.
      this.pure[place] === 1 || this.vain[place] === 1 ? kinds.another() : kinds.of(operation),
    );
    this.kinds = kinds.count;
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

/** Numbers for what was asked for. */
class Kinds {
  count = 0;
  private readonly numbers = new Map<string, number>();

  constructor(private readonly byProcess: boolean) {}

  of({ f, input, output, outcome, process }: Operation): number {
    // Who got nothing may have found nothing, which is not what others do who ask for the same.
    const isEcho = outcome !== 'ok' || (input !== null && input !== undefined && same(input, output));
    const name = canonical([f, input ?? null, isEcho ? null : [output ?? null], this.byProcess ? process : null]);
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    this.numbers.set(name, this.count);
    return this.count++;
  }

  another(): number {
    return this.count++;
  }

  /** Lists by kind, of which the first is of kind 0. */
  grouped(operations: readonly Operation[]): Operation[][] {
    const groups: Operation[][] = [];
    for (const operation of operations) {
      const kind = this.of(operation);
      const group = groups[kind];
      if (group === undefined) groups[kind] = [operation];
      else group.push(operation);
    }
    return groups;
  }
}

function endOf(operation: Operation | undefined): number {
  return operation?.end ?? Number.POSITIVE_INFINITY;
}
