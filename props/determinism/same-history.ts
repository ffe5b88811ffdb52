/**
 * Two simulated worlds side by side: whether the same happened in both, and where they first part.
 */
import type { WorldEvent } from '../../src/kernel/events';
import { Violation } from '../../src/testing/judge';
import type { SimulatedWorld } from '../../src/world/simulated-world';

/** Throws a `Violation` with the first event that differs. */
export function demandSameHistory(kind: string, one: SimulatedWorld, other: SimulatedWorld): void {
  if (one.hash() === other.hash() && one.nowUs === other.nowUs) return;
  throw new Violation(kind, firstDifference(one.recent(), other.recent()));
}

/** In words, with the event as each of them has it. */
export function firstDifference(one: readonly WorldEvent[], other: readonly WorldEvent[]): string {
  const length = Math.max(one.length, other.length);
  for (let place = 0; place < length; place++) {
    const [here, there] = [text(one[place]), text(other[place])];
    if (here !== there) return `event ${place + 1} differs:\n    ${here}\n    ${there}`;
  }
  return `the last ${length} events agree: what differs came before them, or after`;
}

function text(event: WorldEvent | undefined): string {
  return event === undefined ? '(nothing more happens)' : JSON.stringify(event);
}
