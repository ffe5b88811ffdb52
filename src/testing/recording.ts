/**
 * What clients say they did and saw, written down while a world runs: the history that a checker judges.
 */
import type { Observable } from 'rxjs';
import { fromTheMiddle } from '../checking/beginnings';
import { entriesOf, type Operation, pairUp } from '../checking/history';
import type { NodeId } from '../kernel/envelope';
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
  const steps = new Steps();
  world.events.subscribe((event) => {
    if (event.type === 'operation') steps.add(event);
  });
  return () => {
    const paired = pairUp(fromTheMiddle(entriesOf(steps)));
    if (!paired.ok) throw new Error(`entry ${paired.problem.line} of the history: ${paired.problem.reason}`);
    return paired.value;
  };
}

/** What was heard, in columns: the events themselves, kept by the thousand, cost the garbage collector twice as much. */
class Steps {
  private readonly operations: OperationEvent['operation'][] = [];
  private readonly nodes: NodeId[] = [];
  private readonly timesUs: number[] = [];

  add({ atUs, node, operation }: OperationEvent): void {
    this.operations.push(operation);
    this.nodes.push(node);
    this.timesUs.push(atUs);
  }

  *[Symbol.iterator](): Generator<OperationEvent> {
    for (const [at, operation] of this.operations.entries()) {
      yield { type: 'operation', atUs: this.timesUs[at] ?? 0, node: this.nodes[at] ?? '', operation };
    }
  }
}
