/**
 * Waits until nodes can serve. A process that runs is not yet a service: a database has its log to read first. Nodes
 * tell by themselves (`report.unready`, `report.ready`), so that nobody has to sleep or to guess.
 */
import type { NodeId } from '../kernel/envelope';
import type { Census, NodeStatus, Runtime } from '../kernel/runtime';
import { whyNobodyLeads } from './leaderless';

/** How long a node may take from its start until it can serve. */
export const readyMs = 30_000;

/** A wait that is under way. */
export interface ReadyWait {
  /** Ends it, and says who cannot serve yet, and why. */
  giveUp(then: (missing: string) => void): void;
}

/**
 * Calls back once all of these nodes can serve. Nobody waits for the dead and the paused: they are so by somebody's will,
 * or nothing will change it.
 *
 * @param concerned the nodes to wait for; everybody by default.
 */
export function whenReady(runtime: Runtime, then: () => void, concerned?: readonly NodeId[]): ReadyWait {
  let over = false;
  const look = (): void => {
    runtime.inspect((census) => {
      if (over) return;
      if (notReady(census, concerned).length > 0) return;
      end();
      then();
    });
  };
  const changes = runtime.events.subscribe({
    next: (event) => event.type === 'life' && look(),
    error: () => undefined,
  });
  const end = (): void => {
    over = true;
    changes.unsubscribe();
  };
  look();
  return {
    giveUp: (then) => {
      end();
      runtime.inspect((census) => tellMissing(runtime, census, notReady(census, concerned), then));
    },
  };
}

interface NotReady {
  readonly status: NodeStatus;
  readonly why: string;
}

/** Asks each what it shows of itself: its reason tells what it waits for, and not who would have to be there for that. */
function tellMissing(
  runtime: Runtime,
  census: Census,
  [first, ...others]: readonly NotReady[],
  then: (missing: string) => void,
  told: readonly string[] = [],
): void {
  if (first === undefined) return then(told.length > 0 ? told.join('; ') : 'it can serve by now');
  const { status, why } = first;
  runtime.view(status.spec.id, (view) => {
    const nobodyLeads = status.state === 'running' ? whyNobodyLeads(status, view, census) : undefined;
    const reason = nobodyLeads === undefined ? why : `${why}: ${nobodyLeads}`;
    tellMissing(runtime, census, others, then, [...told, `${status.spec.id}: ${reason}`]);
  });
}

function notReady({ nodes }: Census, concerned: readonly NodeId[] | undefined): NotReady[] {
  return nodes.flatMap((status) => {
    if (concerned !== undefined && !concerned.includes(status.spec.id)) return [];
    const why = whyNot(status);
    return why === undefined ? [] : [{ status, why }];
  });
}

function whyNot({ state, unready, reason }: NodeStatus): string | undefined {
  if (state === 'restarting') return reason;
  return state === 'running' ? unready : undefined;
}
