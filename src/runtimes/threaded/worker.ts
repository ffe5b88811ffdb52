/**
 * What the threads of the pool run: a task that makes the thread a host, and one task per node on it.
 */
import '../../start/quick';
import type { HostTask, NodeExit, NodeTask } from './control';
import { Host } from './host';

/** A thread carries one host for as long as it lives. */
let current: Host | undefined;

/** Makes this thread a host; ends when the world is closed. */
export function host(task: HostTask): Promise<void> {
  current = new Host(task);
  return current.ended;
}

/** Runs one node; ends when it is retired. */
export function node(task: NodeTask): Promise<NodeExit> {
  if (current === undefined) return Promise.resolve({ node: task.spec.id, why: 'void' });
  return current.run(task);
}
