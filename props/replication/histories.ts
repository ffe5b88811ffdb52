/**
 * Claim: where nothing acknowledged is ever lost, users who ask for the newest see one register per row; and those who
 * ask for their session see what they wrote and saw, and nothing older. Who asks for anything is seen to get old things.
 */

import { entriesOf, type Operation, pairUp } from '../../src/checking/history';
import { checkLinearizability } from '../../src/checking/linearizability';
import { register } from '../../src/checking/models/register';
import { checkSessions } from '../../src/checking/session-guarantees';
import type { OperationEvent, WorldEvent } from '../../src/kernel/events';
import { demandLinearizable } from '../../src/testing/demand-linearizable';
import { Violation } from '../../src/testing/judge';
import { isInitial } from '../site/durability';
import type { Judge } from './trial';

export const histories: Judge = {
  unhealed({ mode, drawn, events, phenomena }) {
    if (mode === 'async') return;
    const operations = operationsOf(events);
    const names = initialNames(operations);
    const options = { initialOf: (key: string | undefined) => names.get(key) };
    if (drawn.reads === 'newest') {
      if (drawn.drift === 'within' || drawn.confirming === 'confirmed') {
        return demandLinearizable(operations, register, 'not linearizable', options);
      }
      const { verdict } = checkLinearizability(operations, register, options);
      if (verdict === 'violation') phenomena.saw('a lease was believed in for too long');
      return;
    }
    const guarantees = ['read your writes', 'monotonic reads'] as const;
    const judged = checkSessions(operations, { guarantees, isInitial });
    if (judged.verdict === 'unreadable') throw new Violation('unreadable', judged.problem.reason);
    const { verdict } = checkLinearizability(operations, register, options);
    if (verdict === 'violation') phenomena.saw('a stale read was seen');
    if (judged.verdict === 'holds') return;
    if (drawn.reads === 'any') phenomena.saw('a session saw less than before');
    else throw new Violation('session broken', judged.breaches[0]?.text ?? '');
  },
};

export function operationsOf(events: readonly WorldEvent[]): readonly Operation[] {
  const steps = events.filter((event): event is OperationEvent => event.type === 'operation');
  const paired = pairUp(entriesOf(steps));
  if (!paired.ok) throw new Violation('unreadable', paired.problem.reason);
  return paired.value;
}

/** What stood there in the beginning, as far as anybody saw it. */
export function initialNames(operations: readonly Operation[]): ReadonlyMap<string | undefined, unknown> {
  const names = new Map<string | undefined, unknown>();
  for (const { f, outcome, key, output } of operations) {
    if (f === 'read' && outcome === 'ok' && isInitial(output)) names.set(key, output);
  }
  return names;
}
