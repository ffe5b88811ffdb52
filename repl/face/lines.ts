/**
 * Does one line after the other, however quickly they are typed or pasted. The loop begins before node:repl does, so that
 * what a line leaves running belongs to the session and not to node:repl, which has ways of its own with errors.
 */
export class Lines {
  private readonly waiting: (() => Promise<void>)[] = [];
  private wake: () => void = () => undefined;

  constructor() {
    void this.work();
  }

  put(line: () => Promise<void>): void {
    this.waiting.push(line);
    this.wake();
  }

  private async work(): Promise<never> {
    for (;;) {
      const line = this.waiting.shift();
      if (line !== undefined) await line();
      else
        await new Promise<void>((wake) => {
          this.wake = wake;
        });
    }
  }
}
