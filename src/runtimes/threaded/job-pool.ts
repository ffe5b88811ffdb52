/**
 * Slow computations on threads of their own, so that no host stands still while a password is hashed. The threads start
 * with the first job and leave when there is none for a while.
 */
import { extname, join } from 'node:path';
import { Piscina } from 'piscina';
import type { Job } from '../../kernel/tier';
import type { JobTask } from './control';

const idleMs = 10_000;
/** Jobs that may wait; more are refused. */
const jobsMax = 10_000;

export class JobPool {
  private pool: Piscina<JobTask, unknown> | undefined;

  constructor(
    private readonly modules: readonly string[],
    private readonly threads: number,
  ) {}

  run(job: Job, then: (result: unknown, failure: string | undefined) => void): void {
    this.pool ??= new Piscina<JobTask, unknown>({
      filename: join(__dirname, `job-worker${extname(__filename)}`),
      name: 'job',
      minThreads: 0,
      maxThreads: this.threads,
      idleTimeout: idleMs,
      maxQueue: jobsMax,
      atomics: 'disabled',
      recordTiming: false,
    });
    this.pool.run({ modules: this.modules, job }).then(
      (result) => then(result, undefined),
      (failure: unknown) => then(undefined, failure instanceof Error ? failure.message : String(failure)),
    );
  }

  async close(): Promise<void> {
    await this.pool?.destroy();
  }
}
