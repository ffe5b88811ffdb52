/**
 * What clients say they did and saw, written down while a world runs: the history that a checker judges.
 */
import type { Observable } from 'rxjs';
import { fromTheMiddle } from '../checking/beginnings';
import { type Entry, type Operation, pairUp } from '../checking/history';
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
    const paired = pairUp(fromTheMiddle(steps.entries()));
    if (!paired.ok) throw new Error(`entry ${paired.problem.line} of the history: ${paired.problem.reason}`);
    return paired.value;
  };
}

/** What was heard, in columns: objects by the hundred thousand cost the garbage collector as much as all the rest. */
class Steps {
  private readonly processes: string[] = [];
  private readonly phases: Entry['type'][] = [];
  private readonly fs: string[] = [];
  private readonly keys: (string | undefined)[] = [];
  private readonly values: unknown[] = [];
  private readonly timesUs: number[] = [];

  add({ atUs, operation }: OperationEvent): void {
    this.processes.push(operation.process);
    this.phases.push(operation.phase);
    this.fs.push(operation.f);
    this.keys.push(operation.key);
    this.values.push(operation.value);
    this.timesUs.push(atUs);
  }

  entries(): Entry[] {
    const { phases, fs, keys, values, timesUs } = this;
    return this.processes.map((process, at) => ({
      process,
      type: phases[at] ?? 'unknown',
      f: fs[at] ?? '',
      key: keys[at],
      value: values[at],
      time: timesUs[at],
      line: at + 1,
    }));
  }
}
