/**
 * A world on worker threads, in real time: the same verbs, each a promise.
 */
import type { Command } from '../kernel/operations';
import type { Runtime } from '../kernel/runtime';
import type { Patience, Settle } from './operator';
import { type Duration, durationMs, Refusal } from './quantities';
import { World } from './world';

/** A runtime that holds threads and files, and gives them back. */
export interface ClosableRuntime extends Runtime {
  close(): Promise<void>;
}

export class LiveWorld extends World<'threads'> {
  constructor(
    name: string,
    private readonly live: ClosableRuntime,
  ) {
    super('threads', name, live);
  }

  /** Waits while the world goes on. */
  run(duration: Duration): Promise<void> {
    const delayMs = durationMs(duration);
    return new Promise((resolve) => setTimeout(resolve, delayMs));
  }

  /** Ends every thread and gives back every file. */
  close(): Promise<void> {
    return this.live.close();
  }

  protected override settle<T>(action: (settle: Settle<T>) => void, patience?: Patience): Promise<T> {
    return new Promise((resolve, reject) => {
      const refused = (reason: string): void => reject(new Refusal(reason));
      if (patience === undefined) return action({ done: resolve, refused });
      const late = setTimeout(() => patience.late(refused), patience.ms);
      action({
        done: (value) => {
          clearTimeout(late);
          resolve(value);
        },
        refused: (reason) => {
          clearTimeout(late);
          refused(reason);
        },
      });
    });
  }

  protected override lapse(ms: number): Promise<undefined> {
    return new Promise((resolve) => {
      setTimeout(() => resolve(undefined), ms);
    });
  }

  protected override chain<T, U>(first: Promise<T>, next: (value: T) => Promise<U>): Promise<U> {
    return first.then(next);
  }

  /** Real time does not come back: there is nothing to replay. */
  protected override log(_command: Command): void {}
}
