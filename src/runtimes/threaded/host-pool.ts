/**
 * The threads, as a Piscina pool: one long-lived task makes a thread a host, and one per node runs on it. The pool
 * replaces a thread that ends; which host a new thread becomes is decided here.
 */
import { extname, join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { HostTask, NodeExit, NodeTask } from './control';

type PoolTask = HostTask | NodeTask;
type Balancer = NonNullable<NonNullable<ConstructorParameters<typeof Piscina>[0]>['loadBalancer']>;

/** Nodes per thread, at most; far beyond what one thread can serve. */
const tasksPerThread = 1_000_000;

export interface PoolOptions {
  /** Threads, one per host. */
  readonly threads: number;
  /** Memory for JavaScript per thread; a host that needs more dies alone, not the process. */
  readonly heapMb: number;
}

export class HostPool {
  private readonly pool: Piscina<PoolTask, NodeExit | undefined>;
  /** Which thread is which host, by the number of the thread. */
  private readonly hosts = new Map<number, number>();

  constructor({ threads, heapMb }: PoolOptions) {
    this.pool = new Piscina<PoolTask, NodeExit | undefined>({
      filename: join(__dirname, `worker${extname(__filename)}`),
      name: 'host',
      minThreads: threads,
      maxThreads: threads,
      concurrentTasksPerWorker: tasksPerThread,
      // The others hold the thread in Atomics.wait between tasks: nothing else on it would ever run.
      atomics: 'disabled',
      recordTiming: false,
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
      loadBalancer: this.balance,
    });
    // A thread that dies without tasks is replaced like any other; its tasks' promises tell of those with tasks.
    this.pool.on('error', () => undefined);
  }

  /** Makes a thread this host; the promise ends with it: resolved at the close, rejected with the reason of its death. */
  host(task: HostTask): Promise<unknown> {
    return this.pool.run(this.placed(task), { name: 'host', transferList: [task.control] });
  }

  /** Runs a node on its host. */
  node(task: NodeTask): Promise<NodeExit | undefined> {
    return this.pool.run(this.placed(task), { name: 'node' });
  }

  /** Ends the thread of a host, whatever it is doing. */
  async terminate(host: number): Promise<void> {
    await this.thread(host)?.terminate();
  }

  /** Which thread of the process carries a host. */
  threadOf(host: number): number | undefined {
    return this.thread(host)?.threadId;
  }

  /** The thread is gone, or going: it carries this host no more. */
  release(host: number): void {
    for (const [thread, its] of this.hosts) if (its === host) this.hosts.delete(thread);
  }

  async close(): Promise<void> {
    await this.pool.destroy();
  }

  private thread(host: number): Worker | undefined {
    return this.pool.threads.find(({ threadId }) => this.hosts.get(threadId) === host);
  }

  private placed<T extends PoolTask>(task: T): T {
    const kind = 'control' in task ? 'host' : 'node';
    return Object.assign(task, { [Piscina.queueOptionsSymbol]: { kind, host: task.host } });
  }

  private readonly balance: Balancer = (task, workers) => {
    const wish = wishOf(task);
    if (wish === undefined) return null;
    if (wish.kind === 'node') return workers.find(({ id }) => this.hosts.get(id) === wish.host) ?? null;
    const free = workers.find(({ id, destroyed, terminating }) => !this.hosts.has(id) && !destroyed && !terminating);
    if (free === undefined) return null;
    this.hosts.set(free.id, wish.host);
    return free;
  };
}

interface Wish {
  readonly kind: 'host' | 'node';
  readonly host: number;
}

function wishOf(task: object): Wish | undefined {
  const wish: unknown = Reflect.get(task, Piscina.queueOptionsSymbol);
  return isWish(wish) ? wish : undefined;
}

function isWish(value: unknown): value is Wish {
  return typeof value === 'object' && value !== null && 'kind' in value && 'host' in value;
}
