/**
 * Waits until nodes can serve. A process that runs is not yet a service: a database has its log to read first. Nodes
 * tell by themselves (`report.unready`, `report.ready`), so that nobody has to sleep or to guess.
 */
import type { NodeId } from '../kernel/envelope';
import type { Census, NodeStatus, Runtime } from '../kernel/runtime';

/** How long a node may take from its start until it can serve. */
export const readyMs = 30_000;

/** A wait that is under way. */
export interface ReadyWait {
  /** Who could not serve yet at the last look, and why. */
  readonly missing: string;
  cancel(): void;
}

/**
 * Calls back once all of these nodes can serve. Nobody waits for the dead and the paused: they are so by somebody's will,
 * or nothing will change it.
 *
 * @param concerned the nodes to wait for; everybody by default.
 */
export function whenReady(runtime: Runtime, then: () => void, concerned?: readonly NodeId[]): ReadyWait {
  let missing: readonly string[] = ['nobody has answered yet'];
  let over = false;
  const look = (): void => {
    runtime.inspect((census) => {
      if (over) return;
      missing = notReady(census, concerned);
      if (missing.length > 0) return;
      cancel();
      then();
    });
  };
  const changes = runtime.events.subscribe({
    next: (event) => event.type === 'life' && look(),
    error: () => undefined,
  });
  const cancel = (): void => {
    over = true;
    changes.unsubscribe();
  };
  look();
  return {
    get missing() {
      return missing.join('; ');
    },
    cancel,
  };
}

function notReady({ nodes }: Census, concerned: readonly NodeId[] | undefined): string[] {
  return nodes.flatMap((status) => {
    if (concerned !== undefined && !concerned.includes(status.spec.id)) return [];
    const why = whyNot(status);
    return why === undefined ? [] : [`${status.spec.id}: ${why}`];
  });
}

function whyNot({ state, unready, reason }: NodeStatus): string | undefined {
  if (state === 'restarting') return reason;
  return state === 'running' ? unready : undefined;
}
