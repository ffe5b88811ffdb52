/**
 * A side that is measured in a process of its own. V8 compiles code for what it has seen: in one process, the side that
 * traces every message makes the one that traces nothing slower.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Side, Unit } from './harness';

/** Which side to measure, and what came of it. */
export interface Order {
  readonly scale: number;
}
export type Outcome = { readonly value: number } | { readonly failure: string };

export class Apart implements Side {
  private child: ChildProcess | undefined;

  /** @param benchmark whose `sides` (see `apart-child.ts`) the name is looked up in. */
  constructor(
    private readonly benchmark: string,
    readonly name: string,
    readonly unit: Unit,
  ) {}

  measure(scale: number): Promise<number> {
    this.child ??= fork(join(__dirname, 'apart-child.js'), [this.benchmark, this.name]);
    const { child } = this;
    return new Promise((resolve, reject) => {
      const ended = (code: number | null, signal: string | null): void =>
        reject(new Error(`${this.name}: its process ended early (${signal ?? code})`));
      child.once('exit', ended);
      child.once('message', (outcome: Outcome) => {
        child.off('exit', ended);
        if ('value' in outcome) resolve(outcome.value);
        else reject(new Error(outcome.failure));
      });
      child.send({ scale } satisfies Order);
    });
  }

  /** Ends the process; without that it waits for the next measurement. */
  close(): void {
    this.child?.disconnect();
    this.child = undefined;
  }
}
