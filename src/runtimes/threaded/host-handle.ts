/**
 * A host as the main thread sees it: questions with deadlines, so that a dead or stuck one never hangs anybody.
 */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { FromHost, HostVerb, HostVerbs, ToHost } from './control';

/**
 * How long a host may take to do what it is told. It takes microseconds; but a step of some node may keep a thread busy, and
 * what was told is done once it is over, so to give up early would only mean not to know.
 */
export const hostDeadlineMs = 15_000;
/** How long whoever only wants to see something waits for a host that is busy. */
export const lookDeadlineMs = 2_000;

/** A host did not do what it was asked; the text says why. */
export class HostError extends Error {
  override name = 'HostError';
}

interface Open {
  readonly resolve: (value: unknown) => void;
  readonly reject: (failure: HostError) => void;
  readonly timer: NodeJS.Timeout;
}

export class HostHandle {
  private readonly open = new Map<number, Open>();
  private lastId = 0;
  private dead: string | undefined;

  constructor(
    readonly host: number,
    readonly generation: number,
    private readonly control: MessagePort,
    private readonly listener: (message: FromHost) => void,
  ) {
    control.on('message', (message: FromHost) => this.hear(message));
  }

  get up(): boolean {
    return this.dead === undefined;
  }

  ask<V extends HostVerb>(
    verb: V,
    ask: HostVerbs[V]['ask'],
    transfer: readonly MessagePort[] = [],
    deadlineMs = hostDeadlineMs,
  ): Promise<HostVerbs[V]['answer']> {
    return new Promise((resolve, reject) => {
      if (this.dead !== undefined) return reject(new HostError(this.dead));
      const id = ++this.lastId;
      const timer = setTimeout(() => {
        this.open.delete(id);
        reject(
          new HostError(
            `host ${this.host} did not answer within ${deadlineMs / 1000} s (${verb}): its thread is stuck; kill the host`,
          ),
        );
      }, deadlineMs);
      this.open.set(id, { resolve, reject, timer });
      this.control.postMessage({ verb, id, ask }, transfer);
    });
  }

  tell(message: Extract<ToHost, { readonly verb: 'heard' | 'jobDone' }>): void {
    if (this.up) this.control.postMessage(message);
  }

  /** Hears what the host still said, and fails whatever waits for it. */
  bury(reason: string): void {
    if (this.dead !== undefined) return;
    for (let last = receiveMessageOnPort(this.control); last !== undefined; last = receiveMessageOnPort(this.control)) {
      this.hear(last.message);
    }
    this.dead = reason;
    this.control.close();
    for (const { reject, timer } of this.open.values()) {
      clearTimeout(timer);
      reject(new HostError(reason));
    }
    this.open.clear();
  }

  private hear(message: FromHost): void {
    if (message.say !== 'answer') return this.listener(message);
    const open = this.open.get(message.id);
    if (open === undefined) return;
    this.open.delete(message.id);
    clearTimeout(open.timer);
    if (message.failure === undefined) open.resolve(message.value);
    else open.reject(new HostError(message.failure));
  }
}
