/**
 * All hosts of a world: starts their threads, wires them to each other and to the main thread, and notices when one
 * ends.
 */
import { MessageChannel } from 'node:worker_threads';
import type { FromHost, HostTask, HostVerb, HostVerbs, NodeExit, NodeTask } from './control';
import { HostError, HostHandle } from './host-handle';
import type { HostPool } from './host-pool';
import { type Mesh, mainMember } from './mesh';
import { allocateRing } from './ring';

/** What every host is told alike. */
export type HostSettings = Omit<HostTask, 'host' | 'generation' | 'control' | 'flags' | 'hosts'>;

export interface HostsListener {
  heard(host: number, message: FromHost): void;
  /** The thread of a host has ended, by order or not. */
  died(host: number, reason: string): void;
  exited(exit: NodeExit): void;
}

/** Loading a catalogue takes a thread a good part of a second on a busy machine. */
const startDeadlineMs = 20_000;

export class Hosts {
  private readonly handles = new Map<number, HostHandle>();
  private readonly generations = new Map<number, number>();
  private readonly doomed = new Map<number, { readonly reason: string; readonly gone: () => void }>();
  private readonly wired = new Set<HostHandle>();
  private closing = false;

  constructor(
    /** How many, the outside one included. */
    readonly count: number,
    private readonly settings: HostSettings,
    private readonly flags: SharedArrayBuffer,
    private readonly mesh: Mesh,
    private readonly listener: HostsListener,
    private readonly pool: HostPool,
  ) {}

  get up(): HostHandle[] {
    return [...this.handles.values()].filter((handle) => handle.up);
  }

  isUp(host: number): boolean {
    return this.handles.get(host)?.up === true;
  }

  threadOf(host: number): number | undefined {
    return this.pool.threadOf(host);
  }

  /** Starts the thread of a host and wires it to everybody who is up. */
  async start(host: number): Promise<HostHandle> {
    const generation = (this.generations.get(host) ?? 0) + 1;
    this.generations.set(host, generation);
    const { port1, port2 } = new MessageChannel();
    const ready = new Promise<void>((resolve, reject) => {
      const late = setTimeout(
        () => reject(new HostError(`host ${host} did not start within ${startDeadlineMs} ms`)),
        startDeadlineMs,
      );
      const handle = new HostHandle(host, generation, port1, (message) => {
        if (message.say === 'ready') {
          clearTimeout(late);
          this.handles.set(host, handle);
          resolve();
        } else this.listener.heard(host, message);
      });
      const task: HostTask = {
        ...this.settings,
        host,
        generation,
        hosts: this.count,
        control: port2,
        flags: this.flags,
      };
      this.pool.host(task).then(
        () => this.over(handle, `host ${host} was closed`),
        (failure: unknown) => {
          clearTimeout(late);
          const reason = this.doomed.get(host)?.reason ?? `host ${host} died: ${messageOf(failure)}`;
          reject(new HostError(reason));
          this.over(handle, reason);
        },
      );
    });
    await ready;
    const handle = this.handle(host);
    await this.wire(handle);
    return handle;
  }

  /** Ends the thread of a host for real, and waits until it has. */
  async kill(host: number, reason: string): Promise<void> {
    const gone = new Promise<void>((resolve) => this.doomed.set(host, { reason, gone: resolve }));
    await this.pool.terminate(host);
    await gone;
  }

  ask<V extends HostVerb>(
    host: number,
    verb: V,
    ask: HostVerbs[V]['ask'],
    deadlineMs?: number,
  ): Promise<HostVerbs[V]['answer']> {
    const handle = this.handles.get(host);
    if (handle === undefined) return Promise.reject(new HostError(`host ${host} is down`));
    return handle.ask(verb, ask, [], deadlineMs);
  }

  /** Asks everybody who is up and waits until all have answered; one that died meanwhile is nobody to wait for. */
  async askAll<V extends HostVerb>(verb: V, ask: HostVerbs[V]['ask']): Promise<void> {
    await Promise.all(
      this.up.map((handle) =>
        handle.ask(verb, ask).catch((failure: unknown) => {
          if (handle.up) throw failure;
        }),
      ),
    );
  }

  /** The same for one: true if it did it, false if it died first. */
  async askIfUp<V extends HostVerb>(host: number, verb: V, ask: HostVerbs[V]['ask']): Promise<boolean> {
    const handle = this.handles.get(host);
    if (handle?.up !== true) return false;
    try {
      await handle.ask(verb, ask);
      return true;
    } catch (failure) {
      if (handle.up) throw failure;
      return false;
    }
  }

  /** Hands a node's task to the thread of its host. */
  run(task: Omit<NodeTask, 'generation'>): void {
    const generation = this.generations.get(task.host) ?? 0;
    this.pool.node({ ...task, generation }).then(
      (exit) => exit !== undefined && this.listener.exited(exit),
      () => undefined, // It died with its host, which is told of by the host's own task.
    );
  }

  handle(host: number): HostHandle {
    const handle = this.handles.get(host);
    if (handle === undefined) throw new HostError(`host ${host} is down`);
    return handle;
  }

  /** Lets every host finish its files, then ends all threads. */
  async close(): Promise<void> {
    this.closing = true;
    await Promise.allSettled(this.up.map((handle) => handle.ask('close', {})));
    await this.pool.close();
    for (const handle of this.handles.values()) handle.bury('the world was closed');
  }

  private async wire(handle: HostHandle): Promise<void> {
    const others = [...this.wired];
    this.wired.add(handle);
    const links = others.map((other) => {
      const bells = new MessageChannel();
      const there = allocateRing();
      const back = allocateRing();
      return Promise.all([
        handle.ask('link', { peer: other.host, out: there, in: back, bell: bells.port1 }, [bells.port1]),
        other.ask('link', { peer: handle.host, out: back, in: there, bell: bells.port2 }, [bells.port2]),
      ]);
    });
    const bells = new MessageChannel();
    const there = allocateRing();
    const back = allocateRing();
    this.mesh.connect(handle.host, { out: back, in: there, bell: bells.port2 });
    await handle.ask('link', { peer: mainMember, out: there, in: back, bell: bells.port1 }, [bells.port1]);
    await Promise.all(links);
  }

  private over(handle: HostHandle, reason: string): void {
    const { host } = handle;
    this.pool.release(host);
    if (!handle.up) return;
    handle.bury(reason);
    this.wired.delete(handle);
    this.mesh.disconnect(host);
    if (this.closing) return;
    for (const other of this.up) other.ask('unlink', { peer: host }).catch(() => undefined);
    if (this.handles.get(host) === handle) this.listener.died(host, reason);
    this.doomed.get(host)?.gone();
    this.doomed.delete(host);
  }
}

function messageOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}
