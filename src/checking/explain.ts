/** An order that explains the operations on one object: told by the model where it can without a search, else searched for. */
import { cutAfter, type Operation } from './history';
import type { Model } from './models/model';
import { type Budget, type Found, search } from './search';

/** The operations are about one object, and each is one of the model's. */
export function explain<State>(
  model: Model<State>,
  initial: State,
  operations: readonly Operation[],
  budget: Budget,
): Found {
  return decided(model, initial, operations) ?? search(model, initial, operations, budget);
}

function decided<State>(model: Model<State>, initial: State, operations: readonly Operation[]): Found | undefined {
  const { shortcut } = model;
  const happened = operations.filter(({ outcome }) => outcome !== 'fail');
  const decision = shortcut?.decide(initial, happened);
  if (shortcut === undefined || decision === undefined) return undefined;
  const spent = { steps: happened.length, bytes: 0 };
  if (decision !== 'inexplicable') return { verdict: 'linearizable', order: decision, ...spent };
  // What cannot be explained cannot be by any continuation, so the first end that shows it is found by halving.
  const ended = happened.filter(({ outcome }) => outcome === 'ok').sort((a, b) => a.end - b.end);
  let [blocked] = ended;
  for (let low = 0, high = ended.length - 1; low <= high; ) {
    const probe = (low + high) >> 1;
    const last = ended[probe];
    spent.steps += happened.length;
    if (last !== undefined && shortcut.decide(initial, cutAfter(happened, last.end)) === 'inexplicable') {
      blocked = last;
      high = probe - 1;
    } else low = probe + 1;
  }
  return blocked && { verdict: 'violation', blocked, ...spent };
}
