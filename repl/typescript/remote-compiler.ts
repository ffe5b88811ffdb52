/**
 * The compiler as the prompt sees it: a promise per line, from a thread that starts when it is first needed or told to
 * get warm.
 */
import { Worker } from 'node:worker_threads';
import type { Compiled } from './compiler';
import type { Answer, Question, Start } from './worker';

export class RemoteCompiler {
  private worker: Worker | undefined;
  private lastId = 0;
  private readonly open = new Map<number, { done(compiled: Compiled): void; failed(error: Error): void }>();

  /** @param start what the thread begins with; asked for once. */
  constructor(private readonly start: () => Start) {}

  /** Starts the thread, so that the first line finds it ready. */
  warm(): void {
    this.started();
  }

  compile(line: string): Promise<Compiled> {
    const worker = this.started();
    const question: Question = { id: ++this.lastId, line };
    return new Promise((done, failed) => {
      this.open.set(question.id, { done, failed });
      worker.ref();
      worker.postMessage(question);
    });
  }

  /** Takes back the last line, because it failed when it ran. */
  undo(): void {
    const question: Question = { undo: true };
    this.worker?.postMessage(question);
  }

  async close(): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    await worker?.terminate();
  }

  private started(): Worker {
    if (this.worker !== undefined) return this.worker;
    const worker = new Worker(require.resolve('./worker'), { workerData: this.start() });
    worker.unref();
    worker.on('message', ({ id, compiled }: Answer) => this.settle(id, (asked) => asked.done(compiled)));
    worker.on('error', (error) => {
      this.worker = undefined;
      for (const id of [...this.open.keys()]) this.settle(id, (asked) => asked.failed(error));
    });
    this.worker = worker;
    return worker;
  }

  private settle(
    id: number,
    how: (asked: { done(compiled: Compiled): void; failed(error: Error): void }) => void,
  ): void {
    const asked = this.open.get(id);
    this.open.delete(id);
    if (this.open.size === 0) this.worker?.unref();
    if (asked !== undefined) how(asked);
  }
}
