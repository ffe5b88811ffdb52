/**
 * Whom of a pool to ask: the copies of a store, of which one is the primary, or servers of which each is as good as the
 * other. What must be the newest goes to the primary, whom the copies themselves name; other reads go to the replicas in
 * turn, and to the primary while there is none. Who did not answer is left alone for a while.
 */
import type { NodeId } from '../../kernel/envelope';

export interface CopiesSettings {
  /** For how long a copy that failed is asked only if nobody else is there. */
  readonly avoidMs: number;
}

export class Copies {
  private known: NodeId | undefined;
  private areAlike = false;
  private turn = 0;
  private readonly avoidedUntilMs = new Map<NodeId, number>();

  constructor(
    private readonly pool: () => readonly NodeId[],
    private readonly settings: () => CopiesSettings,
  ) {}

  /** Who leads, as far as it was told. */
  get primary(): NodeId | undefined {
    return this.known;
  }

  get size(): number {
    return this.pool().length;
  }

  get isEmpty(): boolean {
    return this.size === 0;
  }

  get isReplicated(): boolean {
    return this.size > 1;
  }

  /** Whom to ask, none of those that were tried already; `undefined` when nobody is left. */
  choose(mayBeReplica: boolean, tried: readonly NodeId[], nowMs: number): NodeId | undefined {
    const pool = this.pool();
    if (pool.length === 1 && tried.length === 0) return pool[0];
    const left = pool.filter((id) => !tried.includes(id));
    const well = left.filter((id) => (this.avoidedUntilMs.get(id) ?? 0) <= nowMs);
    const some = well.length > 0 ? well : left;
    if (this.areAlike) return some[this.turn++ % some.length];
    if (mayBeReplica) {
      const replicas = some.filter((id) => id !== this.known);
      if (replicas.length > 0) return replicas[this.turn++ % replicas.length];
    }
    const { known } = this;
    if (known !== undefined && some.includes(known)) return known;
    // Whoever failed and was not heard since may still be silent, and a write that is lost on it costs a user's patience.
    return some.find((id) => !this.avoidedUntilMs.has(id)) ?? some[0];
  }

  /** Whether somebody is left to be asked. */
  hasOthersThan(tried: readonly NodeId[]): boolean {
    return this.pool().some((id) => !tried.includes(id));
  }

  /** A copy said who leads. Asked before or not, that one is to be asked next. */
  named(primary: NodeId): void {
    if (this.pool().includes(primary)) this.known = primary;
  }

  /** Nobody leads here: each of them answers everything, and all of them share the work. */
  alike(): void {
    this.areAlike = true;
    this.known = undefined;
  }

  answered(id: NodeId): void {
    this.avoidedUntilMs.delete(id);
  }

  failed(id: NodeId, nowMs: number): void {
    if (this.isReplicated) this.avoidedUntilMs.set(id, nowMs + this.settings().avoidMs);
    if (this.known === id) this.known = undefined;
  }

  view(): unknown {
    const pool = this.pool();
    return this.areAlike ? { pool, primary: 'none is needed' } : { pool, primary: this.known ?? 'not known yet' };
  }
}
