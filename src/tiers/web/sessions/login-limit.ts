/**
 * Who guesses passwords has to be slow: so many attempts per user and minute, and who gets in has made none.
 */
const windowMs = 60_000;
const usersMax = 10_000;

interface Attempts {
  readonly sinceMs: number;
  count: number;
}

export class LoginLimit {
  /** The window that began first comes first. */
  private readonly byUser = new Map<number, Attempts>();

  constructor(
    private readonly most: () => number,
    private readonly nowMs: () => number,
  ) {}

  /** Notes an attempt. @returns for how long none is allowed, in milliseconds; 0 for one that is. */
  attempt(user: number): number {
    const nowMs = this.nowMs();
    const attempts = this.byUser.get(user);
    if (attempts === undefined || nowMs - attempts.sinceMs >= windowMs) {
      this.byUser.delete(user);
      if (this.byUser.size >= usersMax) this.dropFirst();
      this.byUser.set(user, { sinceMs: nowMs, count: 1 });
      return 0;
    }
    if (attempts.count >= this.most()) return attempts.sinceMs + windowMs - nowMs;
    attempts.count++;
    return 0;
  }

  /** The password was right. */
  succeeded(user: number): void {
    this.byUser.delete(user);
  }

  private dropFirst(): void {
    const first = this.byUser.keys().next().value;
    if (first !== undefined) this.byUser.delete(first);
  }
}
