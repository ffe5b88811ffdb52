/**
 * What clients say they did and saw, written down while a world runs: the history that a checker judges.
 */
import type { Observable } from 'rxjs';
import { entriesOf, type Operation, pairUp } from '../checking/history';
import type { OperationEvent, WorldEvent } from '../kernel/events';

/**
 * Listens to a world from now on; each call gives the history so far, what is still open with an unknown outcome. What
 * was begun before is left out.
 *
 * @throws when called, if a client contradicts itself: it did two things at a time, or ended what it never began.
 * @example
 * const history = recording(world); // clients say what they do with node.report.operation(...)
 * world.run('10s');
 * checkLinearizability(history(), mutex).verdict; // 'linearizable'
 */
export function recording(world: { readonly events: Observable<WorldEvent> }): () => readonly Operation[] {
  const events: OperationEvent[] = [];
  const known = new Set<string>();
  world.events.subscribe((event) => {
    if (event.type !== 'operation') return;
    const { process, phase } = event.operation;
    if (phase === 'invoke') known.add(process);
    if (known.has(process)) events.push(event);
  });
  return () => {
    const paired = pairUp(entriesOf(events));
    if (!paired.ok) throw new Error(`entry ${paired.problem.line} of the history: ${paired.problem.reason}`);
    return paired.value;
  };
}
