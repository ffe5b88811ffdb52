/**
 * Sessions in the memory of this server: quick, and known to nobody else. Whoever is sent to another server is nobody there,
 * and when this one dies all of them are over.
 */
import type { Plan } from '../plan';
import type { Session, Sessions } from './session';

export interface MemoryRules {
  readonly sessionIdleMs: number;
  readonly sessionsMax: number;
}

interface Kept {
  readonly session: Session;
  usedMs: number;
}

export class MemorySessions implements Sessions {
  /** In the order of their last use, the longest unused first. */
  private readonly kept = new Map<string, Kept>();
  private evicted = 0;

  constructor(
    private readonly rules: () => MemoryRules,
    private readonly nowMs: () => number,
  ) {}

  find(id: string, then: (session: Session | undefined) => Plan): Plan {
    this.dropIdle();
    const found = this.kept.get(id);
    if (found === undefined) return then(undefined);
    this.keep(found.session);
    return then(found.session);
  }

  begin(session: Session, then: () => Plan): Plan {
    this.dropIdle();
    this.keep(session);
    if (this.kept.size > this.rules().sessionsMax) {
      this.dropFirst();
      this.evicted++;
    }
    return then();
  }

  end(id: string, then: () => Plan): Plan {
    this.kept.delete(id);
    return then();
  }

  view(): object {
    this.dropIdle();
    return { store: 'memory', held: this.kept.size, ...(this.evicted === 0 ? {} : { evicted: this.evicted }) };
  }

  private keep(session: Session): void {
    this.kept.delete(session.id);
    this.kept.set(session.id, { session, usedMs: this.nowMs() });
  }

  private dropIdle(): void {
    const beforeMs = this.nowMs() - this.rules().sessionIdleMs;
    for (const { session, usedMs } of this.kept.values()) {
      if (usedMs > beforeMs) return;
      this.kept.delete(session.id);
    }
  }

  private dropFirst(): void {
    const first = this.kept.keys().next().value;
    if (first !== undefined) this.kept.delete(first);
  }
}
