/**
 * What of all that was done left a trace in an answer. What left none may have any place, as long as it is overwritten
 * before somebody looks; and if nobody knows whether it happened, it need not have.
 */
import type { Operation } from './history';
import type { Outlook } from './models/model';

const never = Number.POSITIVE_INFINITY;

/** Of what has an unknown outcome, what some operation tells of: without it, that one would have come back with something else. */
export function traced(
  outlook: Outlook<unknown>,
  unknown: readonly Operation[],
  answered: readonly Operation[],
): readonly Operation[] {
  const others = [...answered, ...unknown];
  return unknown.filter((operation) => {
    return others.some(
      (other) => other !== operation && other.end > operation.call && outlook.tellsOf(other, operation),
    );
  });
}

/**
 * Which of those that answered and changed something nobody tells of: neither an answer, nor what has an unknown outcome.
 *
 * @param answered in the order of their calls
 */
export function vain(
  outlook: Outlook<unknown>,
  answered: readonly Operation[],
  pure: Uint8Array,
  unknown: readonly Operation[],
): Uint8Array {
  const leavers = answered.filter((operation, place) => pure[place] === 0 && outlook.leaves(operation) !== undefined);
  /** From each leaver on: the earliest end. */
  const earliestEnds = new Float64Array(leavers.length + 1).fill(never);
  for (let place = leavers.length - 1; place >= 0; place--) {
    earliestEnds[place] = Math.min(earliestEnds[place + 1] ?? 0, leavers[place]?.end ?? 0);
  }
  let nextLeaver = 0;
  let stillOpen = 0;
  return Uint8Array.from(answered, (operation, place) => {
    if (pure[place] === 1 || !outlook.isBlind(operation)) return 0;
    // What is called after something else was written over it cannot tell of it.
    while ((leavers[nextLeaver]?.call ?? never) < operation.call) nextLeaver++;
    let after = nextLeaver;
    while ((leavers[after]?.call ?? never) < operation.end) after++;
    const overwritten = earliestEnds[after] ?? never;
    while ((answered[stillOpen]?.end ?? never) < operation.call) stillOpen++;
    for (let at = stillOpen; at < answered.length && (answered[at]?.call ?? never) < overwritten; at++) {
      const other = answered[at];
      if (other === undefined || at === place || other.end < operation.call) continue;
      if (outlook.tellsOf(other, operation)) return 0;
    }
    return unknown.some((other) => other.call < overwritten && outlook.tellsOf(other, operation)) ? 0 : 1;
  });
}
