/**
 * What the outside can tell a session: Ctrl-C cancels the line that runs, and ends a session in which none does; being
 * asked to go, or losing the terminal, ends it in order. Whoever insists is obeyed at once.
 */
import { constants } from 'node:os';

export class Signals {
  /** The exit code to leave with, once somebody wants it. */
  readonly stopped: Promise<number>;
  private interrupt: () => boolean = () => false;
  private leaving = false;

  constructor() {
    this.stopped = new Promise((stop) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
        // As shells count: 128 and the number of the signal.
        const code = 128 + constants.signals[signal];
        process.on(signal, () => {
          if (signal === 'SIGINT' && !this.leaving && this.interrupt()) return;
          if (this.leaving) process.exit(code);
          this.leaving = true;
          stop(code);
        });
      }
    });
  }

  /** @param interrupt cancels the line that runs; false if none does. */
  onInterrupt(interrupt: () => boolean): void {
    this.interrupt = interrupt;
  }
}
