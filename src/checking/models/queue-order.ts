/**
 * Whether a first-in-first-out queue explains a history, told without a search: where no value was enqueued twice, every
 * dequeue names its enqueue (see `Stay`). Who did not answer fits in like this:
 *
 * - An enqueue with an unknown outcome whose value nobody saw never happened: without it all else goes as before.
 * - A dequeue with an unknown outcome may have taken one of the values that nobody saw leave. What certainly came in
 *   first leaves first, so the dequeue that was called first took the value that was first in for certain, and so on.
 *
 * Where values came more than once, the first in is taken for the first out. What is explained that way is explained;
 * what is not has to be searched for.
 */
import type { Operation } from '../history';
import { type Identity, identityOf } from '../value';
import type { Decision } from './model';
import { emptyMoments, inOrder, open, operationsOf, Stay } from './stays';

/** An order that explains the history, or that there is none; `undefined` if that cannot be told. */
export function queueOrder(initial: readonly unknown[], operations: readonly Operation[]): Decision | undefined {
  const stays = new Stays();
  for (const [place, value] of initial.entries()) {
    stays.arrive(value, new Stay(undefined, place - initial.length, place - initial.length));
  }
  const foundNothing: Operation[] = [];
  const dequeues: Operation[] = [];
  const unseen: Operation[] = [];
  for (const operation of [...operations].sort((a, b) => a.end - b.end || a.call - b.call)) {
    const { f, input, output, outcome, call, end } = operation;
    if (outcome === 'fail') continue;
    if (f === 'enqueue') stays.arrive(input, new Stay(operation, call, Math.min(open, end)));
    else if (outcome === 'unknown') unseen.push(operation);
    else if (output === null) foundNothing.push(operation);
    else dequeues.push(operation);
  }
  const order = stays.order({ dequeues, foundNothing, unseen });
  return order ?? (stays.areUnique ? 'inexplicable' : undefined);
}

class Stays {
  private readonly all: Stay[] = [];
  /** By value those that have not left, first in first. */
  private readonly inside = new Map<Identity, Stay[]>();
  areUnique = true;

  arrive(value: unknown, stay: Stay): void {
    const identity = identityOf(value);
    const others = this.inside.get(identity);
    this.all.push(stay);
    if (others === undefined) this.inside.set(identity, [stay]);
    else {
      others.push(stay);
      this.areUnique = false;
    }
  }

  /** @param unseen those with an unknown outcome, in the order of their calls */
  order({ dequeues, foundNothing, unseen }: Dequeues): Operation[] | undefined {
    for (const dequeue of dequeues) {
      const stay = this.inside.get(identityOf(dequeue.output))?.shift();
      if (stay === undefined) return undefined;
      stay.leave(dequeue);
    }
    const remaining = this.all.filter(({ dequeue, inTo }) => dequeue === undefined && inTo < open);
    remaining.sort((a, b) => a.inTo - b.inTo);
    for (const [place, dequeue] of unseen.entries()) remaining[place]?.leave(dequeue);

    const stays = this.all.filter(({ dequeue, inTo }) => dequeue !== undefined || inTo < open);
    if (!stays.every((stay) => stay.tighten())) return undefined;
    const moments = emptyMoments(stays, foundNothing);
    const found = moments && inOrder([...stays, ...moments]);
    return found && operationsOf(found);
  }
}

interface Dequeues {
  readonly dequeues: readonly Operation[];
  readonly foundNothing: readonly Operation[];
  readonly unseen: readonly Operation[];
}
