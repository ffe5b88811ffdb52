/**
 * Something counted over the last one to two windows of time: when one is full the one before it is forgotten, so that
 * what was long ago fades, and nothing has to be subtracted.
 */
export class Windows<T> {
  private current: T;
  private previous: T | undefined;
  private sinceMs: number;

  constructor(
    private readonly empty: () => T,
    private readonly windowMs: () => number,
    nowMs: number,
  ) {
    this.current = empty();
    this.sinceMs = nowMs;
  }

  /** Where to count now. */
  at(nowMs: number): T {
    const windowMs = this.windowMs();
    const pastMs = nowMs - this.sinceMs;
    if (pastMs >= windowMs) {
      this.previous = pastMs < 2 * windowMs ? this.current : undefined;
      this.current = this.empty();
      this.sinceMs = pastMs < 2 * windowMs ? this.sinceMs + windowMs : nowMs;
    }
    return this.current;
  }

  /** What was counted, and over what time. */
  all(nowMs: number): { readonly counted: readonly T[]; readonly windowMs: number } {
    const current = this.at(nowMs);
    const { previous, sinceMs } = this;
    if (previous === undefined) return { counted: [current], windowMs: nowMs - sinceMs };
    return { counted: [previous, current], windowMs: nowMs - sinceMs + this.windowMs() };
  }
}
